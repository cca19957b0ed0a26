import { assertEquals } from "@std/assert";
import { piecesOf, spokenText, tokensOf } from "../../src/engines/tokens.ts";

function wordsOf(text: string): string[] {
  return tokensOf(text).filter((token) => !token.continues)
    .map((token) => text.slice(token.start, token.end));
}

Deno.test("tokensOf gives every word once, with the punctuation that clings to it", () => {
  assertEquals(wordsOf(`  He said: "Go,\tnow!"\n— really…  `), [
    "He",
    "said:",
    '"Go,',
    'now!"',
    "—",
    "really…",
  ]);
});

Deno.test("tokensOf gives what an engine reads for words outside ASCII", () => {
  const tokens = tokensOf("naïve café 日本");
  assertEquals(tokens[0], { start: 0, end: 5, spoken: "naive", continues: false });
  assertEquals(tokens[1], { start: 6, end: 10, spoken: "cafe", continues: false });
  assertEquals([tokens[2]!.start, tokens[2]!.end], [11, 13]);
  assertEquals(/^[ -~]+$/.test(spokenText(tokens)), true);
});

Deno.test("tokensOf cuts an overlong word into parts with the same range", () => {
  const text = `see https://example.com/${"a".repeat(40)}/b?c=d now`;
  const tokens = tokensOf(text);
  const parts = tokens.filter((token) => token.start === 4);
  assertEquals(parts.length > 1, true);
  assertEquals(parts.map((part) => part.continues), [...parts.slice(1).map(() => true), false]);
  assertEquals(parts.map((part) => part.spoken).join(""), text.split(" ")[1]);
  for (const { spoken } of parts) assertEquals(spoken.length <= 30, true);
});

Deno.test("piecesOf keeps a text that is short enough whole", () => {
  const tokens = tokensOf("One, two. Three!");
  assertEquals(piecesOf(tokens, 150), [tokens]);
});

Deno.test("piecesOf cuts at a pause in a piece's second half", () => {
  const pieces = piecesOf(tokensOf("aa bb, cc dd ee, ff gg hh ii"), 20);
  assertEquals(pieces.map(spokenText), ["aa bb, cc dd ee,", "ff gg hh ii"]);
});

Deno.test("piecesOf cuts anywhere if there is no pause", () => {
  const pieces = piecesOf(tokensOf("aa bb, cc dd ee ff gg hh ii"), 20);
  assertEquals(pieces.map(spokenText), ["aa bb, cc dd ee ff", "gg hh ii"]);
});

Deno.test("piecesOf makes pieces of digits and capitals shorter: they take long to say", () => {
  const pieces = piecesOf(tokensOf("123 456 789 ABC DEF"), 30);
  assertEquals(pieces.map(spokenText), ["123 456", "789 ABC", "DEF"]);
});

Deno.test("piecesOf gives a word that is too long a piece of its own", () => {
  const pieces = piecesOf(tokensOf("a 12345678901234567890 b"), 20);
  assertEquals(pieces.map(spokenText), ["a", "12345678901234567890", "b"]);
});

Deno.test("a text without words has no pieces", () => {
  assertEquals(piecesOf(tokensOf(" \n"), 150), []);
});
