import { assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core } from "../helpers/core.ts";

Deno.test("while memory is short, a session may have a few sentences waiting and no more", async () => {
  const core = new Core({ script: () => [{ stall: true }] });
  core.isShortOfMemory = true;
  const client = core.connect();
  client.write("x".repeat(500));
  client.write("x".repeat(501));
  const [error] = client.of("error");
  const { code, field, limit, message } = error!.problem;
  assertEquals([code, field, limit], ["overloaded", "text", 500]);
  assertEquals(message.includes("short of memory"), true);
  core.isShortOfMemory = false;
  client.write("x".repeat(501));
  assertEquals(client.of("error").length, 1);
  client.session.leave("gone");
  await core.stop();
});

Deno.test("while memory is short, a sentence is begun when the one before is sent, and all is heard", async () => {
  const core = new Core({ workers: 4, script: steadyScript({ firstAudioMs: 20, audioMs: 1_000 }) });
  core.isShortOfMemory = true;
  const client = core.connect();
  client.say("This is the first. This is the second. This is the third.");
  await core.clock.advanceAsync(100);
  assertEquals(core.factsOf("sentence_taken").length, 1);
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("sentence_ended").length, 3);
  assertEquals(core.factsOf("underrun").length, 0);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  await core.stop();
});

Deno.test("while memory is short, less may wait for a client that does not read", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 1_000 }) });
  const client = core.connect();
  client.bufferedBytes = 40_000;
  client.say("A sentence.");
  core.isShortOfMemory = true;
  await core.clock.advanceAsync(200);
  const framesOf = () => client.of("audio").length;
  const before = framesOf();
  await core.clock.advanceAsync(1_000);
  assertEquals(framesOf(), before);
  core.isShortOfMemory = false;
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  await core.stop();
});
