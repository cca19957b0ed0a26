import { assert, assertEquals } from "@std/assert";
import { createCachedBackend } from "../../../src/backends/cache/cached_backend.ts";
import { type Script, ScriptedBackend } from "../../../src/backends/scripted.ts";
import type { SynthesisRequest } from "../../../src/speech/backend.ts";
import fc from "../../helpers/fast_check.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeStore } from "./fake_store.ts";
import { Listener } from "./listener.ts";

/** Sound and length depend on the request alone, as a deterministic engine's do. */
function scriptOf({ text, voice, speed }: SynthesisRequest): ReturnType<Script> {
  const mark = text.length * 10 + voice.length + speed;
  const chunks = text.length % 5 + 1;
  return (function* () {
    for (let chunk = 0; chunk < chunks; chunk++) {
      yield { waitMs: 7 * chunk + text.length };
      yield { audioMs: 20 * text.length, mark };
      yield { words: [{ start: chunk, end: chunk + 1, startMs: chunk * 20.5, endMs: mark }] };
    }
    if (text.includes("!")) yield { fail: "this one fails" };
  })();
}

const request = fc.record({
  text: fc.constantFrom("a", "bb", "ccc", "dddd", "eeeee", "ffffff", "fail!", "fa!"),
  voice: fc.constantFrom("one", "two"),
  speed: fc.constantFrom(1, 2),
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("ask" as const), request }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("abort" as const), which: fc.nat({ max: 20 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat({ max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("store" as const),
      state: fc.constantFrom("well" as const, "down" as const, "silent" as const),
    }),
  },
);

/** What the bare backend says to a request. */
async function bareAnswer(request: SynthesisRequest): Promise<Listener> {
  const clock = new FakeClock();
  const listener = new Listener(new ScriptedBackend({ clock, script: scriptOf }), request);
  while (!listener.isDone) await clock.advanceAsync(100);
  return listener;
}

/** How many different sentences are being listened to: at most so many syntheses may run. */
function sentencesIn(listeners: readonly Listener[]): number {
  const open = listeners.filter(({ isDone }) => !isDone);
  return new Set(open.map(({ request }) => JSON.stringify(request))).size;
}

Deno.test("everyone hears what the bare backend says or is aborted, and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.constantFrom(3_000, 20_000, 1_000_000),
      fc.boolean(),
      async (steps, maxBytes, hasStore) => {
        const clock = new FakeClock();
        const bare = new ScriptedBackend({ clock, script: scriptOf });
        const store = new FakeStore();
        const cache = createCachedBackend({
          backend: bare,
          clock,
          maxBytes,
          identity: () => "scripted",
          ...(hasStore && { store: { store, ttlS: 60 } }),
        });
        const listeners: Listener[] = [];
        for (const step of steps) {
          if (step.kind === "ask") listeners.push(new Listener(cache, step.request));
          else if (step.kind === "abort") listeners[step.which]?.abort();
          else if (step.kind === "wait") await clock.advanceAsync(step.ms);
          else store.become(step.state);
          assert(cache.figures.bytes <= maxBytes);
          assert(bare.counts.active <= sentencesIn(listeners));
        }
        while (!listeners.every(({ isDone }) => isDone)) await clock.advanceAsync(100);
        for (const listener of listeners) {
          if (listener.wasAborted) continue;
          const expected = await bareAnswer(listener.request);
          assertEquals(listener.samples, expected.samples);
          assertEquals(listener.words, expected.words);
          assertEquals(String(listener.error), String(expected.error));
        }
        assertEquals(bare.counts.active, 0);
        const { memoryHits, storeHits, joins, misses } = cache.figures;
        assert(memoryHits + storeHits + joins + misses <= listeners.length);
        cache.close();
        await clock.advanceAsync(100);
        assertEquals(clock.pending, 0);
      },
    ),
    { numRuns: 300 },
  );
});
