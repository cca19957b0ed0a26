import { assert, assertEquals, assertNotStrictEquals, assertRejects } from "@std/assert";
import {
  CachedBackend,
  type CachedBackendOptions,
  createCachedBackend,
} from "../../../src/backends/cache/cached_backend.ts";
import { type Script, ScriptedBackend, steadyScript } from "../../../src/backends/scripted.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";
import { Listener } from "./listener.ts";

const REQUEST = { text: "Good morning.", voice: "one", speed: 1 };

interface Parts {
  readonly clock: FakeClock;
  readonly bare: ScriptedBackend;
  readonly cache: CachedBackend;
}

function create(script: Script, options: Partial<CachedBackendOptions> = {}): Parts {
  const clock = new FakeClock();
  const bare = new ScriptedBackend({ clock, script });
  const cache = createCachedBackend({
    backend: bare,
    clock,
    maxBytes: 1_000_000,
    identity: () => "scripted",
    ...options,
  });
  return { clock, bare, cache };
}

/** Speaks to the end, and lets as much time pass as that takes. */
async function hear({ clock, cache }: Parts, request = REQUEST): Promise<Listener> {
  const listener = new Listener(cache, request);
  while (!listener.isDone) await clock.advanceAsync(10);
  return listener;
}

/** Two words, in two chunks, with 300 ms of audio in all. */
const withWords: Script = function* () {
  yield { audioMs: 100 };
  yield { words: [{ start: 0, end: 4, startMs: 0, endMs: 90.5 }] };
  yield { audioMs: 200 };
  yield { words: [{ start: 5, end: 13, startMs: 110.25, endMs: 290 }] };
};

Deno.test("a sentence that was said is said again without the engine, to the sample", async () => {
  const parts = create(withWords);
  const first = await hear(parts);
  const second = await hear(parts);
  assertEquals(parts.bare.counts.started, 1);
  assertEquals(second.samples, first.samples);
  assertEquals(second.words, first.words);
  assertEquals(second.words.length, 2);
  assertEquals(parts.cache.figures.memoryHits, 1);
  assertEquals(parts.cache.figures.misses, 1);
});

Deno.test("a kept sentence begins without time or input", async () => {
  const parts = create(steadyScript({ firstAudioMs: 500, audioMs: 3_000 }));
  await hear(parts);
  const listener = new Listener(parts.cache, REQUEST);
  await settle();
  assertEquals(listener.samples.length, 1_600);
});

Deno.test("others have their turn after its first chunk, and after each second more", async () => {
  const parts = create(steadyScript({ audioMs: 3_000 }));
  await hear(parts);
  const listener = new Listener(parts.cache, REQUEST);
  const lengths: number[] = [];
  while (!listener.isDone) {
    await settle();
    lengths.push(listener.samples.length);
    parts.clock.advance(0);
  }
  assertEquals(lengths, [1_600, 17_600, 33_600, 48_000]);
});

Deno.test("another voice, speed, text or engine is another sentence", async () => {
  let engine = "a";
  const parts = create(steadyScript(), { identity: () => engine });
  await hear(parts);
  await hear(parts, { ...REQUEST, voice: "two" });
  await hear(parts, { ...REQUEST, speed: 1.1 });
  await hear(parts, { ...REQUEST, text: "Good morning!" });
  engine = "b";
  await hear(parts);
  assertEquals(parts.bare.counts.started, 5);
  assertEquals(parts.cache.figures.memoryHits, 0);
});

Deno.test("equal sentences at the same time are one synthesis, and a late one catches up", async () => {
  const parts = create(steadyScript({ firstAudioMs: 50, chunkMs: 50, chunks: 4 }));
  const early = new Listener(parts.cache, REQUEST);
  await parts.clock.advanceAsync(120);
  const late = new Listener(parts.cache, REQUEST);
  await settle();
  assertEquals(late.samples.length, 2 * 1_600);
  await parts.clock.advanceAsync(200);
  assertEquals(parts.bare.counts, {
    ...{ active: 0, maxActive: 1, started: 1, finished: 1, cancelled: 0, failed: 0 },
  });
  assertEquals(early.samples.length, 4 * 1_600);
  assertEquals(late.samples, early.samples);
  assertEquals(parts.cache.figures.joins, 1);
});

Deno.test("a synthesis goes on for those who stay, and ends with the last who leaves", async () => {
  const parts = create(steadyScript({ firstAudioMs: 50, chunkMs: 50, chunks: 4 }));
  const [first, second] = [1, 2].map(() => new Listener(parts.cache, REQUEST));
  await parts.clock.advanceAsync(60);
  first!.abort();
  await settle();
  assert(first!.wasAborted);
  assertEquals(parts.bare.counts.active, 1);
  second!.abort();
  await settle();
  assert(second!.wasAborted);
  assertEquals(parts.bare.counts.cancelled, 1);
  assertEquals(parts.cache.figures.sentences, 0);
});

Deno.test("who comes after the last has left is given a synthesis of their own", async () => {
  const parts = create(steadyScript({ firstAudioMs: 50 }));
  const left = new Listener(parts.cache, REQUEST);
  await settle();
  left.abort();
  // In the same turn: nothing has had the time to be cleaned up.
  const next = new Listener(parts.cache, REQUEST);
  await parts.clock.advanceAsync(60);
  assertEquals(next.samples.length, 1_600);
  assertEquals(parts.bare.counts.cancelled, 1);
  assertEquals(parts.bare.counts.finished, 1);
});

Deno.test("a reader that stops early counts as one who left", async () => {
  const parts = create(steadyScript({ chunks: 3, chunkMs: 50 }));
  const { signal } = new AbortController();
  for await (const _ of parts.cache.synthesize(REQUEST, { signal })) break;
  await settle();
  assertEquals(parts.bare.counts.cancelled, 1);
});

Deno.test("a failure reaches all who wait, and is not remembered", async () => {
  const script: Script = function* (_, call) {
    yield { waitMs: 50 };
    yield { audioMs: 100 };
    if (call === 0) yield { fail: "the engine is tired" };
  };
  const parts = create(script);
  const listeners = [1, 2].map(() => new Listener(parts.cache, REQUEST));
  await parts.clock.advanceAsync(60);
  for (const { error } of listeners) assertEquals(String(error), "Error: the engine is tired");
  assertEquals(parts.cache.figures.sentences, 0);
  assertEquals((await hear(parts)).samples.length, 1_600);
  assertEquals(parts.bare.counts.started, 2);
});

Deno.test("a backend that ignores the cancellation holds nobody up", async () => {
  const script: Script = function* (_, call) {
    if (call > 0) return yield { audioMs: 100 };
    yield { ignoreCancellation: true };
    yield { stall: true };
  };
  const parts = create(script);
  const left = new Listener(parts.cache, REQUEST);
  await settle();
  left.abort();
  await settle();
  assert(left.wasAborted);
  assertEquals((await hear(parts)).samples.length, 1_600);
});

Deno.test("nobody joins a synthesis that has been silent for long", async () => {
  const script: Script = function* (_, call) {
    yield call === 0 ? { stall: true } : { audioMs: 100 };
  };
  const parts = create(script);
  const stuck = new Listener(parts.cache, REQUEST);
  await parts.clock.advanceAsync(6_000);
  assertEquals((await hear(parts)).samples.length, 1_600);
  stuck.abort();
  await settle();
  assertEquals((await hear(parts)).samples.length, 1_600);
  assertEquals(parts.bare.counts.started, 2);
});

Deno.test("what is distrusted while it is synthesised is heard, but not kept", async () => {
  const parts = create(steadyScript({ firstAudioMs: 50 }));
  const listener = new Listener(parts.cache, REQUEST);
  await parts.clock.advanceAsync(20);
  parts.cache.distrust();
  await parts.clock.advanceAsync(50);
  assertEquals(listener.samples.length, 1_600);
  assertEquals(parts.cache.figures.sentences, 0);
  await hear(parts);
  assertEquals(parts.cache.figures.sentences, 1);
});

Deno.test("a sentence without audio is not kept", async () => {
  const parts = create(function* () {});
  await hear(parts);
  await hear(parts);
  assertEquals(parts.bare.counts.started, 2);
  assertEquals(parts.cache.figures.sentences, 0);
});

Deno.test("the sentences used last are kept, within the bytes that are allowed", async () => {
  // A sentence takes 3,200 bytes of audio and some 600 around it.
  const parts = create(steadyScript(), { maxBytes: 40_000 });
  const say = (text: string) => hear(parts, { ...REQUEST, text });
  await say("first");
  for (let number = 0; number < 30; number++) {
    await say(`sentence ${number}`);
    await say("first");
    assert(parts.cache.figures.bytes <= 40_000);
  }
  const { sentences, evictions, bytes } = parts.cache.figures;
  assertEquals(sentences + evictions, 31);
  assert(sentences >= 10 && bytes > 35_000, `${sentences} sentences in ${bytes} bytes`);
  assertEquals(parts.bare.requests.filter(({ text }) => text === "first").length, 1);
});

Deno.test("a sentence of more than an eighth of the cache is not kept", async () => {
  const parts = create(steadyScript({ audioMs: 1_000 }), { maxBytes: 8 * 32_000 });
  await hear(parts);
  assertEquals(parts.cache.figures.sentences, 0);
});

Deno.test("what is kept is memory of its own, not a part of the backend's", async () => {
  const large = new Int16Array(1_000_000);
  const { voices } = new ScriptedBackend({ clock: new FakeClock() });
  const parts = create(steadyScript(), {
    backend: {
      voices,
      async *synthesize() {
        yield { pcm: large.subarray(10, 1_610) };
      },
    },
  });
  const first = await hear(parts);
  const second = await hear(parts);
  assertNotStrictEquals(second.chunks[0]!.pcm.buffer, first.chunks[0]!.pcm.buffer);
  assertEquals(second.chunks[0]!.pcm.buffer.byteLength, 3_200);
});

Deno.test("an unknown voice and an aborted signal are refused as the backend does", async () => {
  const parts = create(steadyScript());
  const wrong = new Listener(parts.cache, { ...REQUEST, voice: "three" });
  await settle();
  assertEquals(String(wrong.error), `RangeError: no voice is called "three"`);
  const { cache } = parts;
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(
    async () => await Array.fromAsync(cache.synthesize(REQUEST, { signal })),
    Error,
    "enough",
  );
  assertEquals(parts.bare.counts.started, 0);
});

Deno.test("voices, capacity and its changes are the backend's", () => {
  const heard: number[] = [];
  const bare = new ScriptedBackend({ clock: new FakeClock() });
  let tell = (_: number) => {};
  const { cache } = create(steadyScript(), {
    backend: {
      voices: bare.voices,
      capacity: 3,
      onCapacity(callback) {
        tell = callback;
        return () => tell = () => {};
      },
      synthesize: (...args) => bare.synthesize(...args),
    },
  });
  assertEquals(cache.voices, bare.voices);
  assertEquals(cache.capacity, 3);
  const stop = cache.onCapacity((capacity) => heard.push(capacity));
  tell(5);
  stop();
  tell(6);
  assertEquals(heard, [5]);
});
