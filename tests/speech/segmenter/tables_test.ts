import { assertEquals } from "@std/assert";
import { GOLDEN_ENGLISH, MORE_ENGLISH } from "./golden_cases.ts";
import { piecesOf, readRow, units, WHOLE_SENTENCES } from "./helpers.ts";
import { GOLDEN_LANGUAGES, OWN_LANGUAGES } from "./language_cases.ts";
import { OWN_ENGLISH } from "./own_cases.ts";

const TABLES: Readonly<Record<string, readonly string[]>> = {
  "golden rules, English": GOLDEN_ENGLISH,
  "golden suite, more English": MORE_ENGLISH,
  ...named("golden suite", GOLDEN_LANGUAGES),
  ...named("own cases", OWN_LANGUAGES),
  ...named("own cases, English", OWN_ENGLISH),
};

function named(
  title: string,
  tables: Readonly<Record<string, readonly string[]>>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [`${title}, ${name}`, rows]),
  );
}

for (const [title, rows] of Object.entries(TABLES)) {
  Deno.test(`Segmenter cuts as the table says: ${title}`, () => {
    for (const row of rows) {
      const { text, sentences } = readRow(row);
      const whole = piecesOf([text], WHOLE_SENTENCES).map((piece) => piece.text);
      assertEquals(whole, sentences, `whole: ${row}`);
      const single = piecesOf(units(text), WHOLE_SENTENCES).map((piece) => piece.text);
      assertEquals(single, sentences, `unit by unit: ${row}`);
    }
  });
}

Deno.test("Segmenter's tables are large and in many languages", () => {
  const rows = Object.values(TABLES).flat();
  assertEquals(rows.length >= 390, true, `${rows.length} rows`);
  assertEquals(GOLDEN_ENGLISH.length, 52);
});
