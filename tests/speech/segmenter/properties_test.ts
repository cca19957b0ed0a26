import { assert, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import {
  type Piece,
  Segmenter,
  type SegmenterOptions,
} from "../../../src/speech/segmenter/segmenter.ts";
import { GOLDEN_ENGLISH, MORE_ENGLISH } from "./golden_cases.ts";
import { piecesOf, readRow, units } from "./helpers.ts";
import { GOLDEN_LANGUAGES, OWN_LANGUAGES } from "./language_cases.ts";
import { OWN_ENGLISH } from "./own_cases.ts";

const SEED = 20240611;

/** Bits of text that rules look at, and some that they should not trip over. */
const BITS = [
  ..." .,!?;:\n\r\t\"'()[]*_-–—#|>•1290aAIxZ…。！，」「と«»“”„‘’।؟։։:;αԱ가語ひ．％\u00a0\u2028\u2029\u200d",
  "\ud83d",
  "\ude00",
  "😀",
  "👩\u200d👧",
  "e\u0301",
  "\u0301",
  "\u3000",
  ..."Dr.|U.S.|a.m.|p.m.|etc.|Co.|No.|Inc. |e.g. |z. B. |p. ej.|J. R. |vs. |Jan. |et al. |Mr. "
    .split("|"),
  ..."The |How |Government |Monday|EST|KG|Januar|Did |word|Word|the |and |Yahoo!".split("|"),
  "1. ",
  "2. ",
  "3.",
  "1) ",
  "2) ",
  "a. ",
  "b. ",
  "1.) ",
  "2.) ",
  "• ",
  "- ",
  "# ",
  "## ",
  "```",
  ". . .",
  " . . . .",
  "...",
  "....",
  "?!",
  "\n\n",
  "\r\n",
  "\n- ",
  "\n1. ",
  "\nThe ",
  "\nthe ",
  "3.14",
  "1,000",
  "example.com",
  "Jane.Doe@example.com",
  "v1.2",
  "I. ",
  "A. ",
  "      ",
  " ".repeat(70),
  "longunbrokenword".repeat(3),
  "Really. ",
  "Hello there. ",
  ".Today ",
  ".Mr. ",
];

const texts = fc.array(fc.constantFrom(...BITS), { maxLength: 40, size: "max" }).map((bits) =>
  bits.join("")
);
const options: fc.Arbitrary<SegmenterOptions> = fc.record({
  maxCharacters: fc.constantFrom(2, 3, 7, 20, 60, 150, 1000),
  earlyFirstClause: fc.boolean(),
  minFirstCharacters: fc.constantFrom(0, 1, 5, 30),
});

function split(text: string, sizes: readonly number[]): string[] {
  const deltas: string[] = [];
  let at = 0;
  for (const size of sizes) {
    deltas.push(text.slice(at, at + size));
    at += size;
  }
  return [...deltas, text.slice(at)];
}

/** Every piece is its range of the text, and only white space lies between them and around. */
function assertCovers(text: string, pieces: readonly Piece[], max: number): void {
  let at = 0;
  for (const piece of pieces) {
    assertEquals(text.slice(piece.start, piece.end), piece.text);
    assertEquals(piece.text.trim(), piece.text);
    assert(piece.text.length > 0 && piece.text.length <= max, `${piece.text.length} > ${max}`);
    assert(piece.start >= at);
    assertEquals(text.slice(at, piece.start).trim(), "");
    at = piece.end;
  }
  assertEquals(text.slice(at).trim(), "");
}

Deno.test("the pieces do not depend on how the text is split", () => {
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.nat(6), { maxLength: 60, size: "max" }),
      options,
      (text, sizes, chosen) => {
        const whole = piecesOf([text], chosen);
        assertEquals(piecesOf(split(text, sizes), chosen), whole);
        assertEquals(piecesOf(units(text), chosen), whole);
      },
    ),
    { seed: SEED, numRuns: 3000 },
  );
});

Deno.test("the pieces of prose do not depend on how the text is split", () => {
  const rows = [GOLDEN_ENGLISH, MORE_ENGLISH, ...Object.values(GOLDEN_LANGUAGES)]
    .concat(Object.values(OWN_LANGUAGES), Object.values(OWN_ENGLISH))
    .flat().map((row) => readRow(row).text);
  const joins = fc.constantFrom(" ", "\n", "\n\n", "");
  const prose = fc.array(fc.tuple(fc.constantFrom(...rows), joins), { maxLength: 5, size: "max" })
    .map((parts) => parts.flat().join(""));
  fc.assert(
    fc.property(prose, options, (text, chosen) => {
      const whole = piecesOf([text], chosen);
      assertEquals(piecesOf(units(text), chosen), whole);
      assertCovers(text, whole, chosen.maxCharacters ?? 150);
    }),
    { seed: SEED, numRuns: 400 },
  );
});

Deno.test("pieces cover the text, within the limit, with only white space between", () => {
  fc.assert(
    fc.property(texts, options, (text, chosen) => {
      assertCovers(text, piecesOf([text], chosen), chosen.maxCharacters ?? 150);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

Deno.test("flushes and stalls in the middle neither lose nor double text", () => {
  const step = fc.tuple(fc.nat(9), fc.constantFrom("push", "flush", "releaseStalled"));
  fc.assert(
    fc.property(
      texts,
      fc.array(step, { maxLength: 30, size: "max" }),
      options,
      (text, steps, chosen) => {
        const segmenter = new Segmenter(chosen);
        const pieces: Piece[] = [];
        let at = 0;
        for (const [size, action] of steps) {
          pieces.push(...segmenter.push(text.slice(at, at + size)));
          at += size;
          if (action === "flush") pieces.push(...segmenter.flush());
          if (action === "releaseStalled") pieces.push(...segmenter.releaseStalled());
        }
        pieces.push(...segmenter.push(text.slice(at)), ...segmenter.flush());
        assertCovers(text, pieces, chosen.maxCharacters ?? 150);
        assertEquals(segmenter.pending, 0);
      },
    ),
    { seed: SEED, numRuns: 2000 },
  );
});
