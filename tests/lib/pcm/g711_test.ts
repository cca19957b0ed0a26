import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from "../../../src/lib/pcm/g711.ts";

const allSamples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const allCodes = Uint8Array.from({ length: 256 }, (_, i) => i);

// The straightforward reference: G.711 defines a code by the decision values between which the
// sample lies. Tables 1a and 2a give them as 8 segments of 16 (mu-law: the first of 15 and a half)
// equal steps, each segment's twice those of the one before.

/** Decision values of positive mu-law, on the scale of 16 bits: code `n` begins at entry `n`. */
function mulawDecisions(): number[] {
  const decisions = [0];
  let value = 1;
  for (let segment = 0; segment < 8; segment++) {
    for (let i = segment === 0 ? 1 : 0; i < 16; i++) {
      decisions.push(value);
      value += 2 << segment;
    }
  }
  return decisions.map((decision) => 4 * decision);
}

/** Likewise for A-law, where the first two segments have equal steps. */
function alawDecisions(): number[] {
  const decisions: number[] = [];
  let value = 0;
  for (let segment = 0; segment < 8; segment++) {
    for (let i = 0; i < 16; i++) {
      decisions.push(value);
      value += 1 << Math.max(0, segment - 1);
    }
  }
  return decisions.map((decision) => 16 * decision);
}

/** The number of the interval that a sample lies in; a negative one on a boundary, the lower. */
function interval(decisions: number[], sample: number): number {
  const magnitude = sample < 0 ? -sample - 1 : sample;
  return decisions.findLastIndex((decision) => decision <= magnitude);
}

Deno.test("the references' own decision values are those printed in G.711", () => {
  const numbers = [0, 1, 16, 32, 48, 64, 80, 96, 112, 127];
  const mulaw = mulawDecisions(); // on a scale of 14 bits:
  const mulawPrinted = [0, 1, 31, 95, 223, 479, 991, 2015, 4063, 7903];
  assertEquals(numbers.map((n) => mulaw[n]), mulawPrinted.map((value) => 4 * value));
  const alaw = alawDecisions(); // on a scale of 13 bits:
  const alawPrinted = [0, 2, 32, 64, 128, 256, 512, 1024, 2048, 3968];
  assertEquals(numbers.map((n) => alaw[n]), alawPrinted.map((value) => 8 * value));
  assertEquals([mulaw.length, alaw.length], [128, 128]);
});

Deno.test("encodeMulaw agrees with the decision values for all samples", () => {
  const decisions = mulawDecisions();
  const expected = Uint8Array.from(
    allSamples,
    (sample) => (sample < 0 ? 0x7f : 0xff) - interval(decisions, sample),
  );
  assertEquals(encodeMulaw(allSamples), expected);
});

Deno.test("encodeAlaw agrees with the decision values for all samples", () => {
  const decisions = alawDecisions();
  const expected = Uint8Array.from(
    allSamples,
    (sample) => (interval(decisions, sample) | (sample < 0 ? 0 : 0x80)) ^ 0x55,
  );
  assertEquals(encodeAlaw(allSamples), expected);
});

Deno.test("encoders give the codes known from other implementations", () => {
  const samples = Int16Array.of(0, -1, 8, 1000, -1000, 32_767, -32_768);
  assertEquals([...encodeMulaw(samples)], [0xff, 0x7f, 0xfe, 0xce, 0x4e, 0x80, 0x00]);
  assertEquals([...encodeAlaw(samples)], [0xd5, 0x55, 0xd5, 0xfa, 0x7a, 0xaa, 0x2a]);
});

Deno.test("decoders give the values known from other implementations", () => {
  const mulaw = Uint8Array.of(0x00, 0x80, 0x7f, 0xff, 0xfe, 0x0f, 0x8f, 0x70);
  assertEquals([...decodeMulaw(mulaw)], [-32_124, 32_124, 0, 0, 8, -16_764, 16_764, -120]);
  const alaw = Uint8Array.of(0x2a, 0xaa, 0x55, 0xd5, 0x54, 0x00, 0x80);
  assertEquals([...decodeAlaw(alaw)], [-32_256, 32_256, -8, 8, -24, -5504, 5504]);
});

Deno.test("a decoded value lies in the middle of its code's interval", () => {
  const laws = [
    { decisions: mulawDecisions(), encode: encodeMulaw, decode: decodeMulaw, end: 32_636 },
    { decisions: alawDecisions(), encode: encodeAlaw, decode: decodeAlaw, end: 32_768 },
  ];
  for (const { decisions, encode, decode, end } of laws) {
    decisions.forEach((from, n) => {
      const to = decisions[n + 1] ?? end;
      const middle = n === 0 && encode === encodeMulaw ? 0 : (from + to) / 2;
      assertEquals([...decode(encode(Int16Array.of(from)))], [middle], `interval ${n}`);
      assertEquals(decode(encode(Int16Array.of(-from - 1)))[0], -middle + 0, `interval -${n}`);
    });
  }
});

Deno.test("every code survives decoding and encoding, but for mu-law's negative zero", () => {
  const mulaw = encodeMulaw(decodeMulaw(allCodes));
  assertEquals(mulaw[0x7f], 0xff);
  mulaw[0x7f] = 0x7f;
  assertEquals(mulaw, allCodes);
  assertEquals(encodeAlaw(decodeAlaw(allCodes)), allCodes);
});

Deno.test("G.711 functions fill the output they are given", () => {
  const bytes = new Uint8Array(3);
  assertStrictEquals(encodeMulaw(Int16Array.of(0, 0, -1), bytes), bytes);
  assertEquals([...bytes], [0xff, 0xff, 0x7f]);
  assertStrictEquals(encodeAlaw(Int16Array.of(0, 0, -1), bytes), bytes);
  const samples = new Int16Array(3);
  assertStrictEquals(decodeAlaw(bytes, samples), samples);
  assert(samples.some((sample) => sample !== 0));
  assertStrictEquals(decodeMulaw(bytes, samples), samples);
});

Deno.test("G.711 functions refuse an output of another length", () => {
  for (const encode of [encodeMulaw, encodeAlaw]) {
    assertThrows(() => encode(new Int16Array(3), new Uint8Array(4)), RangeError, "input has 3");
  }
  for (const decode of [decodeMulaw, decodeAlaw]) {
    assertThrows(() => decode(new Uint8Array(3), new Int16Array(2)), RangeError, "holds 2");
  }
});
