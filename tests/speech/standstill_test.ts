import { assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core, type TestClient } from "../helpers/core.ts";

/** Ten seconds of audio, of which five seconds have been sent. */
async function speaking(): Promise<{ core: Core; client: TestClient }> {
  const core = new Core({ script: steadyScript({ audioMs: 60_000 }) });
  const client = core.connect({ lead: 200 });
  client.send({ type: "text", text: "A long sentence", utteranceId: "a", final: true });
  await core.clock.advanceAsync(5_000);
  return { core, client };
}

/** Says every half second that the listener is there. */
async function report(
  { core, client }: { core: Core; client: TestClient },
  ms: number,
  playedMs: (step: number) => number,
): Promise<void> {
  for (let step = 0; step < ms / 500; step++) {
    client.send({ type: "playback", utteranceId: "a", playedMs: playedMs(step) });
    await core.clock.advanceAsync(500);
  }
}

Deno.test("a client whose listener stands still for the limit, with audio to play, is ended", async () => {
  const stage = await speaking();
  await report(stage, 10_000, () => 1_000);
  assertEquals(stage.client.end, undefined);
  await report(stage, 500, () => 1_000);
  assertEquals(stage.client.end, "session_limit");
  const error = stage.client.events.findLast((event) => event.type === "error");
  assertEquals(error?.type === "error" && error.problem, {
    code: "session_limit",
    message: "played_ms is the same for 10000 ms, with audio to play; it may be for 10000",
    field: "played_ms",
    limit: 10_000,
  });
  await stage.core.stop();
});

Deno.test("one that gets on, however slowly, is not", async () => {
  const stage = await speaking();
  await report(stage, 20_000, (step) => 1_000 + Math.floor(step / 10));
  assertEquals(stage.client.end, undefined);
  await stage.core.stop();
});

Deno.test("one that has heard all that was sent may wait, and so may one that is paused", async () => {
  const stage = await speaking();
  stage.client.send({ type: "pause" });
  await report(stage, 20_000, () => 1_000);
  stage.client.send({ type: "resume" });
  assertEquals(stage.client.end, undefined);
  await stage.core.stop();

  const short = new Core({ script: steadyScript({ audioMs: 1_500 }) });
  const client = short.connect({ lead: 200 });
  client.send({ type: "text", text: "Short.", utteranceId: "a", final: false });
  await short.clock.advanceAsync(3_000);
  await report({ core: short, client }, 20_000, () => 1_400);
  assertEquals(client.end, undefined);
  await short.stop();
});
