import { assertEquals, assertRejects } from "@std/assert";
import {
  ScriptedBackend,
  scriptedPcm,
  type ScriptedStep,
  scriptedVoices,
  steadyScript,
} from "../../src/backends/scripted.ts";
import { FakeClock, settle } from "../helpers/fake_clock.ts";

const REQUEST = { text: "Hello.", voice: "one", speed: 1 };

function scripted(...steps: ScriptedStep[]) {
  const clock = new FakeClock();
  const backend = new ScriptedBackend({ clock, script: () => steps, voices: scriptedVoices(1000) });
  return { clock, backend };
}

Deno.test("a scripted backend gives audio and words at the times of its script", async () => {
  const words = [{ start: 0, end: 6, startMs: 0, endMs: 8 }];
  const { clock, backend } = scripted({ waitMs: 200 }, { audioMs: 8, mark: 7 }, { words });
  const stream = backend.synthesize(REQUEST, { signal: new AbortController().signal });
  let first: unknown;
  const pending = stream.next().then(({ value }) => first = value);
  await clock.advanceAsync(199);
  assertEquals(first, undefined);
  await clock.advanceAsync(1);
  await pending;
  assertEquals(first, { pcm: Int16Array.of(7, 0, 7, 1, 7, 2, 7, 3) });
  assertEquals((await stream.next()).value, { pcm: new Int16Array(0), words });
  assertEquals((await stream.next()).done, true);
  assertEquals(backend.counts, {
    active: 0,
    maxActive: 1,
    started: 1,
    finished: 1,
    cancelled: 0,
    failed: 0,
  });
});

Deno.test("a scripted backend's audio goes on across chunks and tells its call", async () => {
  const clock = new FakeClock();
  const backend = new ScriptedBackend({
    clock,
    script: steadyScript({ chunks: 2, audioMs: 3 }),
    voices: scriptedVoices(1000),
  });
  for (const call of [0, 1]) {
    const samples: number[] = [];
    const { signal } = new AbortController();
    for await (const { pcm } of backend.synthesize(REQUEST, { signal })) samples.push(...pcm);
    assertEquals(samples, [...scriptedPcm(call, 0, 6)]);
  }
});

Deno.test("a scripted backend stops at an abort, unless its script says otherwise", async () => {
  for (const ignores of [false, true]) {
    const { clock, backend } = ignores
      ? scripted({ ignoreCancellation: true }, { waitMs: 10 })
      : scripted({ waitMs: 10 });
    const abort = new AbortController();
    const pending = backend.synthesize(REQUEST, { signal: abort.signal }).next()
      .then(() => "finished", (error) => error);
    await settle();
    abort.abort("enough");
    await clock.advanceAsync(10);
    assertEquals(await pending, ignores ? "finished" : "enough");
    assertEquals(backend.counts.cancelled, ignores ? 0 : 1);
    assertEquals(clock.pending, 0);
  }
});

Deno.test("a scripted backend that stalls goes on only to be cancelled", async () => {
  const { clock, backend } = scripted({ stall: true });
  const abort = new AbortController();
  const pending = backend.synthesize(REQUEST, { signal: abort.signal }).next();
  await clock.advanceAsync(1e9);
  assertEquals(backend.counts.active, 1);
  abort.abort(new Error("enough"));
  await assertRejects(() => pending, Error, "enough");
});

Deno.test("a scripted backend counts failures and readers that stop early", async () => {
  const failing = scripted({ audioMs: 1 }, { fail: "broken" }).backend;
  const stream = failing.synthesize(REQUEST, { signal: new AbortController().signal });
  await stream.next();
  await assertRejects(() => stream.next(), Error, "broken");
  assertEquals(failing.counts.failed, 1);
  const { backend } = scripted({ audioMs: 1 }, { audioMs: 1 });
  for await (const _ of backend.synthesize(REQUEST, { signal: new AbortController().signal })) {
    break;
  }
  assertEquals(backend.counts.cancelled, 1);
  assertEquals(backend.counts.active, 0);
});
