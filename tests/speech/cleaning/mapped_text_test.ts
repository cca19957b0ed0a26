import { assertEquals } from "@std/assert";
import { MappedText } from "../../../src/speech/cleaning/mapped_text.ts";

function edited(text: string, ...edits: [start: number, end: number, text: string][]) {
  const result = new MappedText(text).edit(
    edits.map(([start, end, text]) => ({ start, end, text })),
  );
  return [result.text, [...result.source]];
}

Deno.test("text without edits maps to itself", () => {
  assertEquals(edited("abc"), ["abc", [0, 1, 2]]);
});

Deno.test("what is taken out leaves a gap in the map", () => {
  assertEquals(edited("abcd", [1, 3, ""]), ["ad", [0, 3]]);
});

Deno.test("a replacement maps to the units in whose place it stands", () => {
  assertEquals(edited("abcd", [1, 3, "XY"]), ["aXYd", [0, 1, 2, 3]]);
  assertEquals(edited("abcd", [1, 3, "X"]), ["aXd", [0, 1, 3]]);
  assertEquals(edited("abcd", [1, 2, "XYZ"]), ["aXYZcd", [0, 1, 1, 1, 2, 3]]);
});

Deno.test("an insertion maps to its right neighbour, at the end to its left one", () => {
  assertEquals(edited("ab", [1, 1, "--"]), ["a--b", [0, 1, 1, 1]]);
  assertEquals(edited("ab", [2, 2, "."]), ["ab.", [0, 1, 1]]);
  assertEquals(edited("", [0, 0, "."]), [".", [0]]);
});

Deno.test("edits may come in any order", () => {
  assertEquals(edited("abcd", [3, 4, ""], [0, 1, ""]), ["bc", [1, 2]]);
});

Deno.test("of overlapping edits the earlier one wins the common part", () => {
  assertEquals(edited("abcde", [0, 3, "x"], [1, 4, "y"], [1, 2, "z"]), ["xye", [0, 3, 4]]);
});

Deno.test("maps compose through edits", () => {
  const once = new MappedText("**ab** cd").edit([
    { start: 0, end: 2, text: "" },
    { start: 4, end: 6, text: "" },
  ]);
  const twice = once.replace(/b c/g, () => "-");
  assertEquals([twice.text, [...twice.source]], ["a-d", [2, 3, 8]]);
});

Deno.test("a replacement may be edits, or nothing", () => {
  const text = new MappedText("a1b2").replace(/\d/g, ({ 0: digit, index }) => {
    return digit === "1" ? undefined : [{ start: index - 1, end: index, text: "" }];
  });
  assertEquals(text.text, "a12");
});
