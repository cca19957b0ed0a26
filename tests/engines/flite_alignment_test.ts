import { assertEquals } from "@std/assert";
import { alignWords, type Phone } from "../../src/engines/flite/alignment.ts";

/** Phones of 100 ms each; `.` is a silence of 100 ms. */
function phonesOf(names: string): Phone[] {
  return names.split(" ").map((name, index) => ({
    name,
    startMs: 100 * index,
    endMs: 100 * index + 100,
  })).filter(({ name }) => name !== ".");
}

function align(sentence: string, ...words: string[]): number[][] {
  return alignWords(phonesOf(sentence), words.map((word) => word === "" ? [] : word.split(" ")))
    .map(({ startMs, endMs }) => [startMs, endMs]);
}

Deno.test("words whose phones are those of the sentence get exactly their stretch", () => {
  assertEquals(align(". hh ax l ow . dh eh r .", "hh ax l ow", "dh eh r"), [[100, 500], [
    600,
    900,
  ]]);
});

Deno.test("phones that differ in the sentence do not move a word", () => {
  assertEquals(align("dh iy ae p ax l", "dh ax", "ae p ax l"), [[0, 200], [200, 600]]);
});

Deno.test("a phone too many belongs to the word before", () => {
  assertEquals(align("k ae t s r ah n", "k ae t", "r ah n"), [[0, 400], [400, 700]]);
});

Deno.test("a word that is not heard has no length and stands where it is", () => {
  assertEquals(align("k ae t r ah n", "k ae t", "", "r ah n"), [[0, 300], [300, 300], [300, 600]]);
});

Deno.test("phones between known words belong to the word whose own are unknown", () => {
  assertEquals(align("k ae t f ay v r ah n", "k ae t", "", "r ah n"), [
    [0, 300],
    [300, 600],
    [600, 900],
  ]);
});

Deno.test("a number that the sentence reads in another way is bounded by its neighbours", () => {
  assertEquals(
    align("ih n n ay n t iy n n ay n t iy hh iy", "ih n", "w ah n th aw z ax n d", "hh iy"),
    [[0, 200], [200, 1300], [1300, 1500]],
  );
});

Deno.test("without phones all words lie at the start", () => {
  assertEquals(alignWords([], [["k"], []]), [
    { startMs: 0, endMs: 0 },
    { startMs: 0, endMs: 0 },
  ]);
});

Deno.test("without words there is nothing", () => {
  assertEquals(alignWords(phonesOf("k ae t"), []), []);
});
