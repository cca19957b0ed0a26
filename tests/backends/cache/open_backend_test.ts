import { assertEquals, assertRejects } from "@std/assert";
import { status } from "@grpc/grpc-js";
import { scriptedPcm } from "../../../src/backends/scripted.ts";
import { type Config, defaultConfig } from "../../../src/config.ts";
import { ConfigError } from "../../../src/errors.ts";
import { audioMessages, totalsMessage } from "../../../src/grpc/mapping.ts";
import { type OpenBackend, openBackend } from "../../../src/open_backend.ts";
import { createProfilerOf } from "../../../src/open_profiler.ts";
import { FakeWorker } from "../grpc/fake_worker.ts";
import { Listener } from "./listener.ts";

/** A backend that is open for a test. */
async function open(settings: Partial<Config>): Promise<OpenBackend & AsyncDisposable> {
  const config = { ...defaultConfig(), ...settings };
  const opened = await openBackend({ config, profiler: createProfilerOf(config) });
  return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
}

async function hear({ backend }: OpenBackend, text: string): Promise<Listener> {
  const voice = backend.voices[0]!.id;
  const listener = new Listener(backend, { text, voice, speed: 1 });
  await listener.over;
  assertEquals(listener.error, undefined);
  return listener;
}

Deno.test("an embedded engine has a cache before it, which does not change a sample", async () => {
  await using bare = await open({ cacheMb: 0 });
  await using cached = await open({});
  assertEquals(bare.cache, undefined);
  const expected = await hear(bare, "Good morning, how are you?");
  for (let time = 0; time < 2; time++) {
    const heard = await hear(cached, "Good morning, how are you?");
    assertEquals(heard.samples, expected.samples);
    assertEquals(heard.words, expected.words);
  }
  const { memoryHits, misses } = cached.cache!();
  assertEquals({ memoryHits, misses }, { memoryHits: 1, misses: 1 });
});

Deno.test("a store that cannot be had ends the start, and leaves nothing", async () => {
  const settings = { cacheMb: 0, cacheUrl: "redis://127.0.0.1:6379" };
  await assertRejects(() => open(settings), ConfigError, "CACHE_MB");
});

Deno.test("a fleet's sentence is kept, but not one that was put together", async () => {
  let calls = 0;
  await using worker = await FakeWorker.start({
    health: "SERVING",
    synthesize(call) {
      const pcm = scriptedPcm(++calls, 0, 3_200);
      const isCut = call.request.text.includes("cut") && calls === 2;
      const given = isCut ? pcm.subarray(0, 1_600) : pcm;
      for (const message of audioMessages(given, 16_000)) call.write(message);
      if (isCut) return call.emit("error", { code: status.UNAVAILABLE, details: "gone" });
      call.write(totalsMessage({ samples: pcm.length, words: 0, durationMs: 200, engineMs: 1 }));
      call.end();
    },
  });
  await using fleet = await open({ ttsBackends: worker.address });
  const whole = await hear(fleet, "whole");
  assertEquals((await hear(fleet, "whole")).samples, whole.samples);
  assertEquals(calls, 1);
  assertEquals((await hear(fleet, "cut")).samples.length, 3_200);
  assertEquals(calls, 3);
  assertEquals(fleet.cache!().sentences, 1);
  await hear(fleet, "cut");
  assertEquals(calls, 4);
  assertEquals(fleet.cache!().sentences, 2);
});
