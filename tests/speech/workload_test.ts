import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Workload } from "../../src/speech/workload.ts";
import { Core } from "../helpers/core.ts";

const synthesis = {
  type: "synthesis_ended",
  sessionId: "s",
  utteranceId: "u",
  index: 0,
  worker: 0,
  audioMs: 1_000,
} as const;

Deno.test("the wait is what others take, divided among the workers", () => {
  const workload = new Workload(() => 2);
  assertEquals(workload.waitMs(100), 0);
  for (let call = 0; call < 10; call++) {
    workload.note({ ...synthesis, outcome: "completed", durationMs: 200 });
  }
  workload.note({ ...synthesis, outcome: "cancelled", durationMs: 1 });
  assertEquals(workload.waitMs(10), 1_000);
  for (let call = 0; call < 500; call++) {
    workload.note({ ...synthesis, outcome: "completed", durationMs: 400 });
  }
  assertEquals(Math.round(workload.waitMs(10)), 2_000);
});

Deno.test("text that could not be spoken in time is refused at the door, and says when to try", async () => {
  const script = steadyScript({ audioMs: 1_000, firstAudioMs: 1_000 });
  const core = new Core({ workers: 1, script, limits: { maxWaitMs: 3_000 } });
  const warm = core.connect();
  warm.send({ type: "text", text: "One sentence.", final: true });
  await core.clock.advanceAsync(3_000);
  const clients = Array.from({ length: 6 }, () => core.connect());
  for (const client of clients) client.send({ type: "text", text: "Hello there.", final: true });
  const refused = clients.map((client) => client.events.find(({ type }) => type === "error"));
  const count = refused.filter((event) => event !== undefined).length;
  assert(count >= 1 && count <= 2, `${count} refused`);
  const last = refused.at(-1);
  assert(last?.type === "error" && last.problem.code === "overloaded");
  assertEquals(last.problem.limit, 3_000);
  assert(last.problem.retryAfterMs! > 0);
  await core.clock.advanceAsync(10_000);
  const late = core.factsOf("first_audio").filter(({ afterMs }) => afterMs > 5_000);
  assertEquals(late, []);
  clients.at(-1)!.send({ type: "text", text: "Now there is room.", final: true });
  await core.clock.advanceAsync(3_000);
  assertEquals(core.factsOf("utterance_ended").length, 1 + (6 - count) + 1);
  await core.stop();
});
