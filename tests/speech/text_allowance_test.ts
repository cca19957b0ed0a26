import { assertEquals } from "@std/assert";
import { TextAllowances } from "../../src/speech/text_allowance.ts";
import { Core, type TestClient } from "../helpers/core.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const [free, bound] = [{ id: "free", weight: 1 }, {
  id: "bound",
  weight: 1,
  charactersPerMinute: 60,
}];

Deno.test("each tenant has a minute's worth, by its own limit or everybody's", () => {
  const clock = new FakeClock();
  const allowances = new TextAllowances(clock, 600);
  assertEquals([allowances.limitOf(free), allowances.limitOf(bound)], [600, 60]);
  assertEquals([allowances.take(free, 600), allowances.take(bound, 60)], [undefined, undefined]);
  assertEquals([allowances.take(free, 10), allowances.take(bound, 10)], [1_000, 10_000]);
  clock.advance(10_000);
  assertEquals([allowances.take(free, 100), allowances.take(bound, 10)], [undefined, undefined]);
});

Deno.test("without a limit any text is taken", () => {
  const allowances = new TextAllowances(new FakeClock(), null);
  assertEquals([allowances.limitOf(free), allowances.take(free, 1e9)], [null, undefined]);
});

Deno.test("a limit that changes holds from then on", () => {
  const allowances = new TextAllowances(new FakeClock(), null);
  assertEquals(allowances.take(bound, 60), undefined);
  const raised = { ...bound, charactersPerMinute: 6_000 };
  assertEquals([allowances.limitOf(raised), allowances.take(raised, 6_000)], [6_000, undefined]);
});

function lastError(client: TestClient) {
  const error = client.events.findLast((event) => event.type === "error");
  return error?.type === "error" ? error.problem : undefined;
}

Deno.test("text beyond a minute's worth is refused whole, and told when it fits", async () => {
  const core = new Core({ charactersPerMinute: 30 });
  const [one, two] = [core.connect(), core.connect()];
  one.send({ type: "text", text: "Twenty characters...", final: true });
  two.send({ type: "text", text: "Eleven more", final: true });
  assertEquals(lastError(two), {
    code: "rate_limited",
    message: "more than 30 characters of text in a minute",
    field: "text",
    limit: 30,
    retryAfterMs: 2_000,
  });
  await core.clock.advanceAsync(2_000);
  two.send({ type: "text", text: "Eleven more", final: true });
  await core.clock.advanceAsync(10_000);
  const outcomes = core.factsOf("utterance_ended").map(({ outcome }) => outcome);
  assertEquals(outcomes, ["completed", "completed"]);
  two.send({ type: "text", text: "x".repeat(31), final: true });
  const { code, limit, retryAfterMs } = lastError(two)!;
  assertEquals([code, limit, retryAfterMs], ["text_too_long", 30, undefined], "it never fits");
  await core.stop();
});

Deno.test("text that is refused for another reason costs nothing", async () => {
  const core = new Core({ charactersPerMinute: 30, limits: { maxTextCharacters: 20 } });
  const client = core.connect();
  client.send({ type: "text", text: "x".repeat(21), final: true });
  assertEquals(lastError(client)?.code, "text_too_long");
  client.send({ type: "text", text: "Twenty characters...", final: false });
  client.send({ type: "text", text: "And ten!!!", final: true });
  assertEquals(client.events.filter((event) => event.type === "error").length, 1);
  await core.stop();
});
