import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { scriptedPcm, scriptedVoices, steadyScript } from "../../src/backends/scripted.ts";
import { requestOf, speak, startTestWorker, statusOf } from "./worker_helpers.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { until } from "../helpers/server.ts";

const words = [
  { start: 0, end: 5, startMs: 0, endMs: 120.5 },
  { start: 6, end: 11, startMs: 130.25, endMs: 200 },
];

Deno.test("a synthesis is its audio and words in order, and then totals", async () => {
  await using test = await startTestWorker({
    script: () => [{ audioMs: 100, mark: 7 }, { words }, { audioMs: 100, mark: 7 }],
  });
  const speech = await speak(test.client, { text: "hello there", voice: "two", speed: 1.5 });
  assertEquals(speech.kinds, ["audio", "words", "audio", "totals"]);
  assertEquals(speech.samples, [...scriptedPcm(7, 0, 3200)]);
  assertEquals(speech.words, words);
  assertEquals(speech.sampleRates, [16_000, 0]);
  const { samples, durationMs, words: count, engineMs } = speech.totals!;
  assertEquals({ samples, durationMs, count }, { samples: 3200, durationMs: 200, count: 2 });
  assert(engineMs >= 0);
  assertEquals(test.backend.requests, [{ text: "hello there", voice: "two", speed: 1.5 }]);
});

Deno.test("the first chunk comes while the rest is still to be synthesised", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 100 }, { stall: true }] });
  const stream = test.client.synthesize(requestOf());
  const first = await stream.next();
  assertEquals(first.value?.content.case, "audio");
  assertEquals(test.backend.counts.active, 1);
  await stream.return();
});

Deno.test("a text without anything to be spoken is totals alone", async () => {
  await using test = await startTestWorker({ script: () => [] });
  const speech = await speak(test.client, { text: "..." });
  assertEquals(speech.kinds, ["totals"]);
  assertEquals(speech.totals!.samples, 0);
});

Deno.test("long pieces of audio are cut into messages, of which the first is short", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 5_000, mark: 1 }] });
  const speech = await speak(test.client);
  assertEquals(speech.kinds, [...Array(6).fill("audio"), "totals"]);
  assertEquals(speech.samples, [...scriptedPcm(1, 0, 80_000)]);
  assertEquals(speech.sampleRates, [16_000, 0, 0, 0, 0, 0]);
});

Deno.test("audio comes in the first wanted rate that can be given", async () => {
  await using test = await startTestWorker({ script: steadyScript({ chunks: 3 }) });
  const speech = await speak(test.client, { sampleRates: [12_345, 8_000, 16_000] });
  assertEquals(speech.sampleRates[0], 8_000);
  assertEquals(speech.samples.length, 2_400);
  assertEquals(speech.totals!.samples, 2_400);
  assertEquals(speech.totals!.durationMs, 300);
});

Deno.test("a voice is found by its language where none is named", async () => {
  const [one] = scriptedVoices();
  const voices = [one!, { ...one!, id: "de", language: "de-DE" }, {
    ...one!,
    id: "gb",
    language: "en-GB",
  }];
  await using test = await startTestWorker({ voices });
  for (const language of ["", "de", "EN-gb", "en-AU", "de-AT"]) {
    await speak(test.client, { language });
  }
  await speak(test.client, { language: "de", voice: "gb" });
  const spoken = test.backend.requests.map(({ voice }) => voice);
  assertEquals(spoken, ["one", "de", "gb", "one", "de", "gb"]);
  const { code, details } = await statusOf(speak(test.client, { language: "fr" }));
  assertEquals({ code, details }, {
    code: "NOT_FOUND",
    details: 'language: no voice speaks "fr"',
  });
});

Deno.test("what cannot be done is refused by its name, and nothing is synthesised", async () => {
  await using test = await startTestWorker({ worker: { maxTextLength: 10 } });
  const cases = [
    [{ text: "" }, "INVALID_ARGUMENT", "text: it has 0; it takes 1 to 10 UTF-16 code units"],
    [{ text: "x".repeat(11) }, "INVALID_ARGUMENT", "text: it has 11; it takes 1 to 10"],
    [{ speed: 2.5 }, "INVALID_ARGUMENT", "speed: 2.5 is not allowed; it takes 0.5 to 2"],
    [{ speed: NaN }, "INVALID_ARGUMENT", "speed: NaN"],
    [{ sampleRates: [1, 2] }, "INVALID_ARGUMENT", "sample_rates: none of 1, 2 can be given"],
    [{ sampleRates: Array(17).fill(16_000) }, "INVALID_ARGUMENT", "sample_rates: there are 17"],
    [{ voice: "bob" }, "NOT_FOUND", 'voice: none is called "bob"'],
    // An emoji cut in half would not fit in a header.
    [{ voice: "x" + "😀".repeat(300) }, "NOT_FOUND", 'voice: none is called "x😀'],
  ] as const;
  for (const [init, code, message] of cases) {
    const answer = await statusOf(speak(test.client, init as Parameters<typeof speak>[1]));
    assertEquals(answer.code, code);
    assertStringIncludes(answer.details, message);
  }
  assertEquals(test.backend.counts.started, 0);
  assertEquals(test.events.map(({ type }) => type), cases.map(() => "refused"));
});

Deno.test("one synthesis more than allowed is refused, and there is room again after one", async () => {
  await using test = await startTestWorker({
    worker: { maxConcurrentSyntheses: 2 },
    script: (_request, call) => call < 2 ? [{ stall: true }] : [{ audioMs: 10 }],
  });
  const held = [1, 2].map(() => new AbortController());
  const ends = held.map(({ signal }) => statusOf(speak(test.client, {}, { signal })));
  await until(() => test.backend.counts.active === 2, "two syntheses run");
  const { code, details } = await statusOf(speak(test.client));
  assertEquals({ code, details }, {
    code: "RESOURCE_EXHAUSTED",
    details: "2 of 2 syntheses run",
  });
  assertEquals(test.backend.counts.started, 2);
  held[0]!.abort();
  await until(() => test.worker.stats.active === 1, "one was cancelled");
  assertEquals((await speak(test.client)).kinds, ["audio", "totals"]);
  held[1]!.abort();
  await Promise.all(ends);
});

Deno.test("an engine's failure is INTERNAL, after the audio there was", async () => {
  const clock = new FakeClock();
  await using test = await startTestWorker({
    clock,
    script: () => [{ audioMs: 100 }, { waitMs: 10 }, { fail: "it broke – 💥" }],
  });
  const stream = test.client.synthesize(requestOf());
  assertEquals((await stream.next()).value?.content.case, "audio");
  clock.advance(10);
  const { code, details } = await statusOf(stream.next());
  assertEquals({ code, details }, {
    code: "INTERNAL",
    details: "the engine failed: it broke – 💥",
  });
  await until(() => test.worker.stats.open === 0, "no call is open");
  assertStringIncludes(
    await test.worker.metrics(),
    'tts_worker_syntheses_total{outcome="failed"} 1\n',
  );
});

Deno.test("who calls is told with every event", async () => {
  await using test = await startTestWorker();
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const metadata = { "x-request-id": "abc", traceparent };
  await speak(test.client, {}, { metadata });
  assertEquals(test.events.map(({ type }) => type), ["first_audio", "synthesis_ended"]);
  for (const { call } of test.events) {
    assertEquals(call.requestId, "abc");
    assertEquals(call.traceparent, traceparent);
    assert(call.peer.startsWith("127.0.0.1:"));
  }
});

Deno.test("voices and abilities are told", async () => {
  const traits = { engine: "some", streaming: false, wordTimings: true, deterministic: false };
  await using test = await startTestWorker({ worker: { maxTextLength: 77, traits } });
  assertEquals(await test.client.listVoices(), scriptedVoices());
  const { $typeName: _, voices, sampleRates, ...rest } = await test.client.getCapabilities();
  assertEquals(rest, { ...traits, maxConcurrentSyntheses: 4, maxTextLength: 77 });
  assertEquals(voices.map(({ id }) => id), ["one", "two"]);
  assertEquals(sampleRates, [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000]);
});

Deno.test("a question whose signal aborts is given up at once", async () => {
  await using test = await startTestWorker();
  const controller = new AbortController();
  const answer = test.client.getCapabilities({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => answer, Error, "enough");
  const after = test.client.listVoices({ signal: controller.signal });
  await assertRejects(() => after, Error, "enough");
});
