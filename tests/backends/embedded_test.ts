import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createEmbeddedBackend } from "../../src/backends/embedded.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { createTrickBackend, samplesOf, speak, until } from "./embedded_helpers.ts";

Deno.test("a sentence's chunks come in order, and the thread is free again", async () => {
  await using trick = await createTrickBackend();
  const { backend } = trick;
  assertEquals(await samplesOf(speak(backend, "count 5")), [1, 2, 3, 0, 1, 2, 3, 4]);
  assertEquals(backend.stats().busy, 0);
});

Deno.test("a thread is free before its chunks are read", async () => {
  await using trick = await createTrickBackend();
  const { backend } = trick;
  const slow = speak(backend, "count 2");
  assertEquals((await slow.next()).value?.pcm.length, 3);
  await until(() => backend.stats().busy === 0, "the thread is free");
  assertEquals(await samplesOf(speak(backend, "count 0")), [1, 2, 3]);
  assertEquals(await samplesOf(slow), [0, 1]);
});

Deno.test("the engine's failure is the caller's, and the thread lives on", async () => {
  await using trick = await createTrickBackend();
  await assertRejects(() => samplesOf(speak(trick.backend, "fail")), Error, "as you wish");
  assertEquals(await samplesOf(speak(trick.backend, "count 0")), [1, 2, 3]);
  assertEquals(trick.backend.stats().restarts, 0);
});

Deno.test("an unknown voice is refused", async () => {
  await using trick = await createTrickBackend();
  const request = { text: "hi", voice: "bob", speed: 1 };
  await assertRejects(
    () => trick.backend.synthesize(request, { signal: new AbortController().signal }).next(),
    RangeError,
    'no voice is called "bob"; there are trick',
  );
});

Deno.test("a thread that crashes fails its caller alone, and the spare takes over", async () => {
  await using trick = await createTrickBackend();
  const { backend, events } = trick;
  await until(() => backend.stats().spares === 1, "the spare is ready");
  const next = samplesOf(speak(backend, "crash")).catch((error) => {
    // The spare is in service in the very moment in which the crash is known.
    assertEquals([backend.stats().threads, backend.stats().spares], [1, 0]);
    return error;
  });
  const waiting = samplesOf(speak(backend, "count 1"));
  const error = await next;
  assert(error instanceof Error && error.message.includes("crashed as you wish"), String(error));
  assertEquals(await waiting, [1, 2, 3, 0]);
  await until(() => backend.stats().spares === 1, "there is a new spare");
  assertEquals(backend.stats().restarts, 1);
  const replaced = events.find((event) => event.type === "thread_replaced");
  assertEquals(replaced?.reason, "crashed");
});

for (const text of ["hang", "exit"]) {
  Deno.test(`a thread that gives nothing any more (${text}) is replaced`, async () => {
    const clock = new FakeClock();
    await using trick = await createTrickBackend({ clock, hangTimeoutMs: 500 });
    const { backend, events } = trick;
    await until(() => backend.stats().spares === 1, "the spare is ready");
    const stream = speak(backend, text);
    await stream.next();
    clock.advance(499);
    assertEquals(backend.stats().restarts, 0);
    clock.advance(1);
    await assertRejects(() => stream.next(), Error, "it gave nothing for 500 ms");
    assertEquals(await samplesOf(speak(backend, "count 0")), [1, 2, 3]);
    const replaced = events.find((event) => event.type === "thread_replaced");
    assertEquals(replaced?.reason, "hung");
  });
}

for (const text of ["crash", "trap"]) {
  Deno.test(`a text over which an engine was lost twice (${text}) is not spoken again`, async () => {
    await using trick = await createTrickBackend();
    const { backend, events } = trick;
    for (let death = 0; death < 2; death++) {
      await assertRejects(() => samplesOf(speak(backend, text)), Error);
      // Others are spoken as before.
      assertEquals(await samplesOf(speak(backend, "count 0")), [1, 2, 3]);
    }
    const restarts = backend.stats().restarts;
    const error = await assertRejects(() => samplesOf(speak(backend, text)), Error, "SHA-256");
    assertEquals(backend.stats().restarts, restarts);
    const refused = events.find((event) => event.type === "text_refused");
    assertStringIncludes(error.message, refused!.hash);
    assert(!error.message.includes(text));
  });
}

Deno.test("a text that the engine only refuses may be sent as often as one likes", async () => {
  await using trick = await createTrickBackend();
  for (let attempt = 0; attempt < 4; attempt++) {
    await assertRejects(() => samplesOf(speak(trick.backend, "fail")), Error, "as you wish");
  }
});

Deno.test("a thread that has taken too much memory is replaced after its sentence", async () => {
  await using trick = await createTrickBackend({ maxThreadBytes: 200 * 2 ** 20 });
  const { backend, events } = trick;
  assertEquals(await samplesOf(speak(backend, "leak 1000")), [1, 2, 3]);
  assertEquals(backend.stats().restarts, 0);
  assertEquals(await samplesOf(speak(backend, `leak ${300 * 2 ** 20}`)), [1, 2, 3]);
  await until(() => backend.stats().restarts === 1, "the thread is replaced");
  assertEquals(await samplesOf(speak(backend, "count 0")), [1, 2, 3]);
  const replaced = events.find((event) => event.type === "thread_replaced");
  assertEquals(replaced?.reason, "leaked");
});

Deno.test("an abort ends the stream at once and gives the thread back", async () => {
  await using trick = await createTrickBackend();
  const { backend } = trick;
  const abort = new AbortController();
  const stream = speak(backend, "patient", abort.signal);
  await stream.next();
  const pending = stream.next();
  const reason = new Error("enough");
  abort.abort(reason);
  assertEquals(await pending.catch((error) => error), reason);
  // The running sentence is over before this one is spoken, and nothing of it is heard here.
  assertEquals(await samplesOf(speak(backend, "count 0")), [1, 2, 3]);
  assertEquals(backend.stats().restarts, 0);
});

Deno.test("a spare stands in for a thread that is busy with what nobody wants", async () => {
  await using trick = await createTrickBackend({ cancelTimeoutMs: 60_000 });
  const { backend } = trick;
  await until(() => backend.stats().spares === 1, "the spare is ready");
  const controller = new AbortController();
  const unwanted = assertRejects(
    () => samplesOf(speak(backend, "stubborn 300", controller.signal)),
    Error,
    "never mind",
  );
  await until(() => backend.stats().busy === 1, "the thread is busy");
  controller.abort(new Error("never mind"));
  assertEquals(backend.stats(), { threads: 1, busy: 0, spares: 0, waiting: 0, restarts: 0 });
  assertEquals(await samplesOf(speak(backend, "count 1")), [1, 2, 3, 0]);
  await unwanted;
  await until(() => backend.stats().spares === 1, "the thread is a spare");
  assertEquals(backend.stats().restarts, 0);
});

Deno.test("an abort before the start costs nothing", async () => {
  await using trick = await createTrickBackend();
  const reason = new Error("never mind");
  const stream = speak(trick.backend, "hang", AbortSignal.abort(reason));
  assertEquals(await stream.next().catch((error) => error), reason);
  assertEquals(trick.backend.stats().busy, 0);
});

Deno.test("a cancelled sentence that goes on costs the thread its life", async () => {
  const clock = new FakeClock();
  await using trick = await createTrickBackend({ clock, cancelTimeoutMs: 100 });
  const { backend, events } = trick;
  await until(() => backend.stats().spares === 1, "the spare is ready");
  const abort = new AbortController();
  const stream = speak(backend, "hang", abort.signal);
  await stream.next();
  abort.abort();
  await assertRejects(() => stream.next(), DOMException);
  // The spare stands in at once; the thread itself is given up when its time has passed.
  assertEquals([backend.stats().busy, backend.stats().restarts], [0, 0]);
  clock.advance(100);
  assertEquals([backend.stats().threads, backend.stats().busy], [1, 0]);
  assertEquals(backend.stats().restarts, 1);
  const replaced = events.find((event) => event.type === "thread_replaced");
  assertEquals(replaced?.reason, "overdue");
});

Deno.test("a reader that stops early gives the thread back", async () => {
  await using trick = await createTrickBackend();
  for await (const _ of speak(trick.backend, "patient")) break;
  await until(() => trick.backend.stats().busy === 0, "the thread is free");
  assertEquals(trick.backend.stats().restarts, 0);
});

Deno.test("who waits for a thread can stop waiting", async () => {
  await using trick = await createTrickBackend({ maxWaiting: 2 });
  const { backend } = trick;
  const running = new AbortController();
  const busy = speak(backend, "patient", running.signal);
  await busy.next();
  const impatient = new AbortController();
  const first = speak(backend, "count 1", impatient.signal).next();
  const second = samplesOf(speak(backend, "count 2"));
  assertEquals(backend.stats().waiting, 2);
  await assertRejects(() => speak(backend, "count 3").next(), Error, "2 sentences wait");
  const reason = new Error("too long");
  impatient.abort(reason);
  assertEquals(await first.catch((error) => error), reason);
  assertEquals(backend.stats().waiting, 1);
  running.abort();
  await busy.next().catch(() => {});
  assertEquals(await second, [1, 2, 3, 0, 1]);
});

Deno.test("threads that do not start are tried again, later and later", async () => {
  const clock = new FakeClock();
  const threadModule = new URL("./trick_thread.ts?starts=1", import.meta.url);
  await using trick = await createTrickBackend({ clock, threadModule });
  const { backend, events } = trick;
  const failures = () => events.filter((event) => event.type === "thread_start_failed");
  for (const [index, retryMs] of [100, 200, 400].entries()) {
    await until(() => failures().length === index + 1, `start ${index + 1} has failed`);
    assertEquals(failures()[index]?.retryMs, retryMs);
    clock.advance(retryMs);
  }
  // What is in service goes on; when it dies too, callers are turned away at once.
  assertEquals(await samplesOf(speak(backend, "count 0")), [1, 2, 3]);
  await assertRejects(() => samplesOf(speak(backend, "crash")), Error, "crashed as you wish");
  await assertRejects(() => speak(backend, "count 0").next(), Error, "no more threads for you");
});

Deno.test("a backend whose threads do not start at all is not created", async () => {
  const threadModule = new URL("./trick_thread.ts?starts=1", import.meta.url);
  await assertRejects(
    () => createTrickBackend({ threadModule, threads: 2 }),
    Error,
    "no more threads for you",
  );
});

Deno.test("close fails what is spoken and what waits, and refuses what comes", async () => {
  const { backend } = await createTrickBackend();
  const busy = speak(backend, "hang");
  await busy.next();
  const waiting = speak(backend, "count 0").next();
  await Promise.all([
    backend.close(),
    assertRejects(() => busy.next(), Error, "closed"),
    assertRejects(() => waiting, Error, "closed"),
  ]);
  await assertRejects(() => speak(backend, "count 0").next(), Error, "closed");
  assertEquals(backend.stats(), { threads: 0, busy: 0, spares: 0, waiting: 0, restarts: 0 });
  await backend.close();
});

Deno.test("200 callers share two threads of flite, each with its own audio in order", async () => {
  const backend = await createEmbeddedBackend({ engine: "flite", threads: 2, clock: systemClock });
  try {
    const texts = ["One.", "Two of them.", "Three, four, five.", "-h", "The last one."];
    const { signal } = new AbortController();
    const say = (text: string) =>
      samplesOf(backend.synthesize({ text, voice: "kal", speed: 1 }, { signal }));
    const expected = new Map<string, number[]>();
    for (const text of texts) expected.set(text, await say(text));
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) => say(texts[i % texts.length]!)),
    );
    for (const [i, result] of results.entries()) {
      assert(result.length > 1000);
      assertEquals(result, expected.get(texts[i % texts.length]!));
    }
    assertEquals(backend.stats().restarts, 0);
    assertEquals(backend.stats().busy, 0);
  } finally {
    await backend.close();
  }
});

Deno.test("flite's thread is back in service after a cancelled sentence", async () => {
  const backend = await createEmbeddedBackend({
    engine: "flite",
    threads: 1,
    clock: systemClock,
    cancelTimeoutMs: 20_000,
  });
  try {
    const abort = new AbortController();
    const stream = speak(
      backend,
      "This goes on, and on, and on, and it never ends. ".repeat(100),
      abort.signal,
    );
    await stream.next();
    abort.abort(new Error("enough"));
    await assertRejects(() => stream.next(), Error, "enough");
    assert((await samplesOf(speak(backend, "Next."))).length > 1000);
    assertEquals(backend.stats().restarts, 0);
  } finally {
    await backend.close();
  }
});

Deno.test("flite's thread can be killed in the middle of a sentence", async () => {
  const clock = new FakeClock();
  const backend = await createEmbeddedBackend({ engine: "flite", threads: 1, clock });
  try {
    await until(() => backend.stats().spares === 1, "the spare is ready");
    const stream = speak(backend, "This goes on, and on, and on, and it never ends. ".repeat(100));
    await stream.next();
    // No message comes between: the thread is at its second piece.
    clock.advance(10_000);
    await assertRejects(
      async () => {
        for await (const _ of stream);
      },
      Error,
      "it gave nothing for 10000 ms",
    );
    assertEquals(backend.stats().restarts, 1);
    assert((await samplesOf(speak(backend, "Next."))).length > 1000);
  } finally {
    await backend.close();
  }
});
