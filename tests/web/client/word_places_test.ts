import { assertEquals } from "@std/assert";
import { placeWord } from "../../../src/web/client/word_places.ts";

/** The pieces of `source` at which the words are found, one after the other. */
function places(source: string, words: readonly string[]): string[] {
  let start = 0;
  return words.map((word) => {
    const place = placeWord(source, { start, end: source.length }, word);
    start = place.end;
    return source.slice(place.start, place.end);
  });
}

Deno.test("words are found where they stand, with the marks that cling to them", () => {
  const cases: [source: string, words: string[], found: string[]][] = [
    ["Hello there, you.", ["Hello", "there,", "you."], ["Hello", "there,", "you."]],
    ["a **dear** friend", ["a", "dear", "friend"], ["a", "dear**", "friend"]],
    ["It\u2019s \u201cfine\u201d", ["It's", '"fine"'], ["It\u2019s", "\u201cfine\u201d"]],
    ["see [this](http://x.example/a) page", ["see", "this", "page"], [
      "see",
      "this](http://x.example/a)",
      "page",
    ]],
    ["the the the", ["the", "the", "the"], ["the", "the", "the"]],
    ["Tom &amp; Anna", ["Tom", "&", "Anna"], ["Tom", "&amp;", "Anna"]],
    // Not found: it is the next one.
    ["eins zwei drei", ["one", "zwei", "three", "four"], ["eins", "zwei", "drei", ""]],
  ];
  for (const [source, words, found] of cases) assertEquals(places(source, words), found, source);
});

Deno.test("a place is looked for only in its range", () => {
  assertEquals(placeWord("one two one two", { start: 3, end: 7 }, "one"), { start: 4, end: 7 });
  assertEquals(placeWord("one  ", { start: 3, end: 5 }, "two"), { start: 5, end: 5 });
});
