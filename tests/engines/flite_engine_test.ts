import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { FliteEngine } from "../../src/engines/flite/engine.ts";
import { FliteProgram } from "../../src/engines/flite/program.ts";
import { module } from "../../src/engines/flite/wasm_module.js";
import { assertWordsFit, collect } from "./collect.ts";

const SENTENCE = "Hello there, how are you today?";

function createEngine(): FliteEngine {
  return new FliteEngine(new FliteProgram(module));
}

Deno.test("flite speaks a sentence in a plausible time", async () => {
  const { durationMs, pcm } = await collect(createEngine(), { text: SENTENCE });
  assert(durationMs > 1200 && durationMs < 3500, `${durationMs} ms`);
  assert(pcm.some((sample) => Math.abs(sample) > 3000), "it is silent");
});

Deno.test("flite gives the same samples for the same text, whatever it said between", async () => {
  const engine = createEngine();
  const first = await collect(engine, { text: SENTENCE });
  await collect(engine, { text: "Something else entirely, 1,250 times.", voice: "kal", speed: 2 });
  assertEquals((await collect(engine, { text: SENTENCE })).pcm, first.pcm);
  assertEquals((await collect(createEngine(), { text: SENTENCE })).pcm, first.pcm);
});

for (const { id, sampleRate } of createEngine().voices) {
  Deno.test(`flite's voice ${id} speaks at its rate, with words in their places`, async () => {
    const spoken = await collect(createEngine(), { text: SENTENCE, voice: id });
    assert(spoken.durationMs > 1200 && spoken.durationMs < 3500, `${spoken.durationMs} ms`);
    assertEquals(sampleRate, id === "kal" ? 8_000 : 16_000);
    assertWordsFit(SENTENCE, spoken);
    // Each word takes its time: none is lost or swallowed by its neighbour.
    for (const { startMs, endMs } of spoken.words) assert(endMs - startMs > 50);
  });

  Deno.test(`flite's voice ${id} takes half the time at twice the speed`, async () => {
    const engine = createEngine();
    const normal = await collect(engine, { text: SENTENCE, voice: id });
    const fast = await collect(engine, { text: SENTENCE, voice: id, speed: 2 });
    const slow = await collect(engine, { text: SENTENCE, voice: id, speed: 0.5 });
    assertAlmostEquals(fast.durationMs / normal.durationMs, 0.5, 0.05);
    assertAlmostEquals(slow.durationMs / normal.durationMs, 2, 0.1);
    assertWordsFit(SENTENCE, fast);
    assertWordsFit(SENTENCE, slow);
  });
}

Deno.test("flite finds a word where it stands in the sentence", async () => {
  const engine = createEngine();
  const { words } = await collect(engine, { text: "Stop! The elephant is here." });
  // "The elephant is here." without "Stop!" is shorter by what comes before "The".
  const rest = await collect(engine, { text: "The elephant is here." });
  const shiftMs = words[1]!.startMs - rest.words[0]!.startMs;
  assertAlmostEquals(words[3]!.startMs - rest.words[2]!.startMs, shiftMs, 150);
});

for (
  const text of [
    "-h",
    "--help",
    "-o x.wav",
    "a.txt",
    "/etc/passwd",
    `it's "quoted" and 'quoted'`,
    "$(reboot); `ls` | cat > file & \\ %s %d %n",
    "42",
    "1,250",
    "It costs $5, or 12.5% of £1,000,000.",
    "On 2024-03-15 at 12:30 Dr. Smith of the U.S.A. lived on St. John St.",
    "naïve café — “quotes” … ½ 5€",
    "日本語 and Ελληνικά",
    "😀",
    "...",
    "-",
    "a",
    "line one\nline two\r\n\tline three\u00a0four",
    "zero\u0000byte",
    "What?! Yes! No. Maybe: wait; go",
    "supercalifragilisticexpialidocious".repeat(3),
    "AAAA BBBB CCCC DDDD 111111 22222222 http://example.com/a_b-c?d=e&f=%20",
  ]
) {
  Deno.test(`flite speaks ${JSON.stringify(text)} as text`, async () => {
    for (const voice of ["slt", "kal"]) {
      const spoken = await collect(createEngine(), { text, voice });
      assertWordsFit(text, spoken);
      if (/[A-Za-z0-9]/.test(text)) assert(spoken.durationMs > 200, `${spoken.durationMs} ms`);
    }
  });
}

Deno.test("flite speaks a long text in pieces, and all of it", async () => {
  const text = Array.from({ length: 12 }, (_, i) => `this is part number ${i} of the long text,`)
    .join(" ");
  const spoken = await collect(createEngine(), { text });
  assertWordsFit(text, spoken);
  assert(spoken.chunks >= 3, `${spoken.chunks} pieces`);
  assert(spoken.durationMs > 15_000, `${spoken.durationMs} ms`);
});

Deno.test("flite gives the audio before the words", () => {
  const seen: string[] = [];
  createEngine().synthesize(
    { text: SENTENCE, voice: "slt", speed: 1 },
    (chunk) => seen.push(`${chunk.pcm.length > 0 ? "audio" : ""}${chunk.words ? "words" : ""}`),
    () => false,
  );
  assertEquals(seen, ["audio", "words"]);
});

Deno.test("flite stops between pieces when it is cancelled", () => {
  let chunks = 0;
  const text = "This goes on and on, it never comes to an end, ".repeat(40);
  createEngine().synthesize(
    { text, voice: "kal", speed: 1 },
    () => chunks++,
    () => chunks > 0,
  );
  assertEquals(chunks, 1);
});

Deno.test("flite says which voices there are", () => {
  assertThrows(
    () => createEngine().synthesize({ text: "Hi", voice: "bob", speed: 1 }, () => {}, () => false),
    RangeError,
    'no voice is called "bob"; there are slt, rms, awb, kal16, kal',
  );
});

Deno.test("flite's memory does not grow with the number of sentences", async () => {
  const program = new FliteProgram(module);
  const engine = new FliteEngine(program);
  const text = (i: number) => `Sentence ${i % 10} of many, word${i % 10}${i % 7} and so on.`;
  for (let i = 0; i < 70; i++) await collect(engine, { text: text(i), voice: "kal" });
  const before = program.memoryBytes;
  for (let i = 0; i < 300; i++) await collect(engine, { text: text(i), voice: "kal" });
  assertEquals(program.memoryBytes, before);
});
