import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Workload } from "../../src/speech/workload.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { Core } from "../helpers/core.ts";

const [a, b] = [{ id: "a", weight: 1 }, { id: "b", weight: 1 }];

Deno.test("the wait is what the tenant's last sentences waited, and half of it a second later", () => {
  const clock = new FakeClock();
  const workload = new Workload(clock);
  assertEquals(workload.waitMs(a), 0);
  for (let count = 0; count < 50; count++) workload.note(a, 4_000);
  assertEquals([Math.round(workload.waitMs(a)), workload.waitMs(b)], [4_000, 0]);
  clock.advance(1_000);
  assertEquals(Math.round(workload.waitMs(a)), 2_000);
  for (let count = 0; count < 50; count++) workload.note(a, 0);
  assertEquals(Math.round(workload.waitMs(a)), 0);
});

Deno.test("while listeners wait too long, text is refused at the door, and later taken again", async () => {
  const script = steadyScript({ audioMs: 1_000, firstAudioMs: 1_000 });
  const core = new Core({ workers: 1, script, limits: { maxWaitMs: 3_000 } });
  const crowd = Array.from({ length: 12 }, () => core.connect());
  for (const client of crowd) client.send({ type: "text", text: "Hello there.", final: true });
  await core.clock.advanceAsync(11_500);
  const late = core.connect();
  late.send({ type: "text", text: "Hello.", final: true });
  const refused = late.events.find((event) => event.type === "error");
  assert(refused?.type === "error" && refused.problem.code === "overloaded");
  assertEquals(refused.problem.limit, 3_000);
  assert(refused.problem.retryAfterMs! > 0);
  await core.clock.advanceAsync(5_000);
  late.send({ type: "text", text: "Hello again.", final: true });
  await core.clock.advanceAsync(5_000);
  assertEquals(late.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  await core.stop();
});
