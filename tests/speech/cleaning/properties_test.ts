import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { TextCleaner } from "../../../src/speech/cleaning/cleaner.ts";
import { assertWellMapped, clean, cleanAll } from "./check.ts";

/** Fixed, so that every run tests the same. */
const RUNS = { seed: 20_250_101, numRuns: 1_000 };

const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const words = fc.array(word, { minLength: 1, maxLength: 4 });

/** Text of whatever a model, or an attacker, might send. */
const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: word },
      fc.constantFrom(..."*_~`#>|-[]()!<>&;\\/:.\n 0…—“”•@=\"'{}"),
      fc.constantFrom("**", "```", "](", "https://", "www.", "&amp;", "&#", "<b>", "<!--", "-->"),
      fc.constantFrom("🎉", "\u200d", "\ufe0f", "\u20e3", "\ud83d", "\u202e", "\ufdd1", "\u0000"),
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join("")),
);

/** One word or several in some mark-up of which none is to be heard. */
const wrapped = fc.tuple(
  words,
  fc.constantFrom(
    ["", ""],
    ["**", "**"],
    ["*", "*"],
    ["***", "***"],
    ["_", "_"],
    ["__", "__"],
    ["~~", "~~"],
    ["`", "`"],
    ["``", "``"],
    ["[", "](https://-.--/_-_)"],
    ["![", "](<--.-->)"],
    ["<b>", "</b>"],
    ["<span class='_'>", "</span>"],
    ["“", "”"],
    ["🎉 ", " 👩‍💻"],
    ["**[", "](-)**"],
    ["***_", "_***"],
    ["\u200b", "\u202c"],
  ),
);

const line = fc.tuple(
  fc.constantFrom("", "# ", "- ", "* ", "> ", "> - ", "- [ ] ", "• ", "| "),
  fc.array(wrapped, { minLength: 1, maxLength: 4 }),
);

Deno.test("any piece of any utterance is cleaned without an error, and well mapped", () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 4 }), (pieces) => {
      cleanAll(pieces);
    }),
    RUNS,
  );
});

Deno.test("any choice of rules leaves the map right", () => {
  const flag = fc.boolean();
  const options = fc.record({
    markdown: flag,
    emoji: flag,
    urls: flag,
    html: flag,
    controlCharacters: flag,
    typography: flag,
  });
  fc.assert(fc.property(anything, options, (piece, chosen) => void clean(piece, chosen)), RUNS);
});

Deno.test("what is spoken holds no control, surrogate half or private character", () => {
  fc.assert(
    fc.property(anything, (piece) => {
      assert(!/[\p{Cc}\p{Cs}\p{Co}\u200B\u200E\u200F\u202A-\u202E\uFEFF]/u.test(clean(piece)));
    }),
    RUNS,
  );
});

Deno.test("white space is single and only inside", () => {
  fc.assert(
    fc.property(anything, (piece) => {
      const text = clean(piece);
      assert(!/^\s|\s$|\s\s|[^\S ]/.test(text), JSON.stringify(text));
    }),
    RUNS,
  );
});

Deno.test("cleaning prose again changes nothing", () => {
  const prose = fc.array(fc.tuple(word, fc.constantFrom(" ", ", ", ". ", "? ", " (", ") ", "; ")))
    .map((parts) => parts.flat().join(""));
  fc.assert(
    fc.property(prose, (piece) => {
      const once = clean(piece);
      assertEquals(clean(once), once);
    }),
    RUNS,
  );
});

Deno.test("every word inside mark-up survives, wherever the pieces are cut", () => {
  const text = fc.array(line, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.nat(9)), (lines, dice) => {
      const source = lines.map(([prefix, parts]) =>
        prefix + parts.map(([inner, [open, close]]) => open + inner.join(" ") + close).join(" ")
      ).join("\n");
      const expected = lines.flatMap(([, parts]) => parts.flatMap(([inner]) => inner));
      const spoken = cleanAll(cut(source, dice));
      assertEquals(spoken.join(" ").match(/[a-z0-9]+/g) ?? [], expected, source);
    }),
    RUNS,
  );
});

/** Cuts at some of the spaces and line breaks that are not inside a tag. */
function cut(text: string, dice: Iterator<number>): string[] {
  const pieces = [""];
  for (const part of text.split(/(?<=\s)(?![^<\n]*>)/)) {
    pieces[pieces.length - 1] += part;
    if (dice.next().value === 0) pieces.push("");
  }
  return pieces.map((piece) => piece.trim());
}

Deno.test("hostile text costs no more than its length", () => {
  const length = 100_000;
  const units = [..."*[<_`~|#>!(\\&-—…\n“", "**", "![", "[](", "](", "<a ", "<!--", '<a href="']
    .concat(["](a ", '](a "', "[a][", "[^", "&#", "&amp;", "``` ", "~~~\n", "|a", "| ", "- ", "> "])
    .concat([
      "http://",
      "www.",
      "mailto:",
      "\u200d",
      "😀 ",
      "\ud83d",
      "*a",
      "a*",
      " *",
      "_a ",
      "<x>",
    ])
    .concat([
      "</x>",
      "• ",
      " — ",
      "\ufdd0",
      "[a](b(",
      "http://(",
      "`` ` ",
      "\x1b[1;",
      "-- ",
      "a--",
    ]);
  for (const unit of units) {
    for (const end of ["", "`", ">x"]) {
      const piece = unit.repeat(length / unit.length) + end;
      const start = performance.now();
      const result = new TextCleaner().clean(piece);
      // Linear work takes some 20 ms; quadratic work would take minutes.
      assertLess(performance.now() - start, 2_000, JSON.stringify(unit + end));
      assertWellMappedQuickly(piece, result);
    }
  }
});

function assertWellMappedQuickly(piece: string, result: { text: string; source: Uint32Array }) {
  assertEquals(result.source.length, result.text.length);
  const tail = result.text.length - 50;
  assertWellMapped(piece, {
    text: result.text.slice(-50),
    source: result.source.slice(Math.max(0, tail)),
  });
}
