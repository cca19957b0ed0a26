/**
 * Threads with sherpa in them. Not found by `deno test` but named by `sherpa_checkout_test.ts`, in a
 * checkout that has the package: `deno test -A tests/engines/sherpa_threads.ts -- QUICK SLOW`, the
 * folders of two models.
 */

import { assertEquals, assertRejects } from "@std/assert";
import {
  createEmbeddedBackend,
  type EmbeddedBackend,
  type EmbeddedBackendOptions,
} from "../../src/backends/embedded.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { samplesOf, speak, until } from "../backends/embedded_helpers.ts";

const [quick = "", slow = ""] = Deno.args;

const LONG_TEXT = "And so it goes on. ".repeat(20).trim();

function start(
  modelDir: string,
  options: Partial<EmbeddedBackendOptions> = {},
): Promise<EmbeddedBackend> {
  return createEmbeddedBackend({
    engine: "sherpa",
    engineOptions: { modelDir },
    threads: 2,
    clock: systemClock,
    ...options,
  });
}

Deno.test("100 callers share two threads, each with its own audio in order", async () => {
  const backend = await start(quick);
  try {
    const texts = ["One.", "Two of them.", "Three. Four. Five.", "The last one."];
    const expected: number[][] = [];
    for (const text of texts) expected.push(await samplesOf(speak(backend, text)));
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => samplesOf(speak(backend, texts[i % texts.length]!))),
    );
    for (const [i, samples] of results.entries()) assertEquals(samples, expected[i % texts.length]);
    assertEquals(new Set(expected.map((samples) => samples.length)).size, texts.length);
    assertEquals(backend.stats().restarts, 0);
  } finally {
    await backend.close();
  }
});

Deno.test("an abort ends the stream at once, and the thread is back when the model is done", async () => {
  const backend = await start(slow, { threads: 1, spares: 0 });
  try {
    const abort = new AbortController();
    const stream = speak(backend, LONG_TEXT, abort.signal);
    await stream.next();
    const pending = stream.next();
    abort.abort(new Error("enough"));
    await assertRejects(() => pending, Error, "enough");
    assertEquals(backend.stats().busy, 1);
    await until(() => backend.stats().busy === 0, "the thread is back");
    assertEquals(backend.stats().restarts, 0);
    assertEquals((await samplesOf(speak(backend, "Next."))).length, 5 * 256);
  } finally {
    await backend.close();
  }
});

Deno.test("a thread that is given up while the model is at work ends when that is done", async () => {
  const backend = await start(slow, { threads: 1, hangTimeoutMs: 50 });
  await until(() => backend.stats().spares === 1, "the spare is ready");
  await assertRejects(() => samplesOf(speak(backend, "Slow.")), Error, "it gave nothing for 50 ms");
  assertEquals(backend.stats().restarts, 1);
  assertEquals(backend.stats().threads, 1);
  await backend.close();
});

Deno.test("closing waits for what the models have begun", async () => {
  const backend = await start(slow);
  const streams = [speak(backend, LONG_TEXT), speak(backend, LONG_TEXT)];
  for (const stream of streams) await stream.next();
  const closed = backend.close();
  for (const stream of streams) await assertRejects(() => samplesOf(stream), Error, "closed");
  await closed;
});
