import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { TimeShares } from "../../src/http/time_shares.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { TestServer } from "../helpers/server.ts";

const [one, other] = [{ id: "one" }, { id: "other" }];

Deno.test("the messages of a tenant take half of the time, and no other tenant is asked to wait", () => {
  const clock = new FakeClock();
  const shares = new TimeShares(clock, () => true);
  let done = 0;
  for (let ms = 0; ms < 60_000; ms += 10) {
    if (shares.waitMs(one) === undefined) {
      shares.measure(one, () => {
        clock.spend(10);
        done++;
      });
    } else clock.advance(10);
    assertEquals(shares.waitMs(other), undefined);
  }
  assert(Math.abs(done * 10 - 30_000) < 500, `${done * 10} of 60000 ms`);
});

Deno.test("what takes long is waited for, but not for ever, and counts also when it throws", () => {
  const clock = new FakeClock();
  const shares = new TimeShares(clock, () => true);
  try {
    shares.measure(one, () => {
      clock.spend(60_000);
      throw new Error("a fault");
    });
  } catch { /* as it should */ }
  const waitMs = shares.waitMs(one)!;
  assert(waitMs > 0 && waitMs < 1_000, `${waitMs} ms`);
  clock.advance(waitMs);
  assertEquals(shares.waitMs(one), undefined);
});

Deno.test("a tenant that is alone may take all the time there is", () => {
  const clock = new FakeClock();
  const shares = new TimeShares(clock, () => false);
  shares.measure(one, () => clock.spend(10_000));
  assertEquals(shares.waitMs(one), undefined);
});

Deno.test("a key whose messages take too much time is refused, and another one is not", async () => {
  const keys = ["f".repeat(32), "c".repeat(32)] as const;
  await using server = new TestServer({
    config: { apiKeys: [...keys], maxMessagesPerSecond: 100_000 },
    script: steadyScript({ audioMs: 1 }),
  });
  const [flood, calm] = await Promise.all(keys.map((key) => server.connect(`?token=${key}`)));
  const text = "Go! ".repeat(2_400);
  let refused: Record<string, unknown> | undefined;
  for (let sent = 0; refused === undefined && sent < 5_000; sent++) {
    flood!.send({ type: "text", utterance_id: `u${sent}`, text, final: true });
    flood!.send({ type: "barge_in" });
    if (sent % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    refused = flood!.of("error").find(({ message }) => message.includes("server's time"));
  }
  assert(typeof refused?.retry_after_ms === "number");
  calm!.send({ type: "text", text: "Here I am.", final: true });
  assertEquals((await calm!.next("utterance_ended")).outcome, "completed");
  assertEquals(calm!.of("error"), []);
});
