import { assert, assertEquals, assertThrows } from "@std/assert";
import { Segmenter, type SegmenterOptions } from "../../../src/speech/segmenter/segmenter.ts";
import { piecesOf, units, WHOLE_SENTENCES } from "./helpers.ts";

function texts(pieces: readonly { text: string }[]): string[] {
  return pieces.map((piece) => piece.text);
}

/** `|` stands where the piece before it must have been released, and not a character earlier. */
const CERTAIN: readonly string[] = [
  "Hello there. |",
  "Hello there.\n|",
  "Hello there! |",
  "Really?! |",
  "Is it? |Never. |",
  "She has $100.00. |",
  "It is in main.ts. |",
  "See you at 192.168.0.1. |",
  "I live in the U.S. How |",
  "I live in the U.S. He |",
  "We met at 5 p.m. Tr|",
  "Apples, etc. T|",
  "Ask Briggs & Co. It|",
  "I have 600. Y|",
  "I wonder... W|",
  "“Come here.” S|",
  "He left (late.) S|",
  "No. I|",
  "これはペンです。そ|",
  "我来了！他|",
  "他说：“我来了。”然|",
  "वह आया।ब|",
  "አለህ፧መ|",
  "Is it? |Yes! |Good. |",
  "A line\n\n|",
  "A line\r\n\r|\n",
  "# A title\n|",
  "Overview\nT|",
  "Overview\n- |",
  "A longer line that may well be wrapped here\n1.|",
  "1. First item 2. |",
  "• First item •|",
];

Deno.test("Segmenter releases a sentence as soon as it is certain, and not before", () => {
  for (const row of CERTAIN) {
    const marks: number[] = [];
    let text = "";
    for (const part of row.split("|").slice(0, -1)) marks.push((text += part).length);
    const segmenter = new Segmenter(WHOLE_SENTENCES);
    const released: number[] = [];
    let length = 0;
    for (const unit of units(text)) {
      length++;
      for (const _ of segmenter.push(unit)) released.push(length);
    }
    // "How " needs the word's end: the table marks the place after it.
    assertEquals(released, marks, row);
  }
});

/** Text, and what a stall then releases. */
const STALLED: readonly (readonly [string, readonly string[]])[] = [
  ["Hello there.", ["Hello there."]],
  ["Hello there", ["Hello"]],
  ["Hel", []],
  ["", []],
  ["  \n", []],
  ["Hello ", ["Hello"]],
  ["I saw Dr.", ["I saw"]],
  ["I saw Dr. ", ["I saw"]],
  ["I saw Dr. Wat", ["I saw"]],
  ["Dr. Wat", []],
  ["We met J.", ["We met"]],
  ["It was the 3.", ["It was the"]],
  ["3.", []],
  ["We met at 5 p.m.", ["We met at 5 p.m."]],
  ["I live in the U.S.", ["I live in the U.S."]],
  ["He said “Yes.”", ["He said “Yes.”"]],
  ["The weather, which is", ["The weather, which"]],
  ["The weather today is really nice, and it", ["The weather today is really nice,"]],
  ["Wait...", ["Wait..."]],
  ["Is it true?", ["Is it true?"]],
  ["My title\n", ["My title"]],
  ["See (", ["See"]],
  ["今天天气很好，我们", ["今天天气很好，"]],
  ["今天", []],
];

Deno.test("releaseStalled releases what is safe and keeps what binds to the next word", () => {
  for (const [text, expected] of STALLED) {
    const segmenter = new Segmenter(WHOLE_SENTENCES);
    assertEquals(segmenter.push(text), [], text);
    assertEquals(texts(segmenter.releaseStalled()), expected, text);
    const rest = text.slice(expected.join("").length).trim();
    assertEquals(texts(segmenter.flush()), rest === "" ? [] : [rest], `rest of: ${text}`);
  }
});

Deno.test("a stall loses no boundary: what waited goes on waiting", () => {
  const segmenter = new Segmenter(WHOLE_SENTENCES);
  segmenter.push("Now I have 5.");
  assertEquals(texts(segmenter.releaseStalled()), ["Now I have"]);
  assertEquals(texts(segmenter.push(" How many? ")), ["5.", "How many?"]);
});

Deno.test("flush in mid-stream releases all, and later ranges go on", () => {
  const segmenter = new Segmenter();
  segmenter.push("Let me see");
  assertEquals(segmenter.flush(), [{ text: "Let me see", start: 0, end: 10 }]);
  assertEquals(segmenter.pending, 0);
  assertEquals(segmenter.push(" now. "), [{ text: "now.", start: 11, end: 15 }]);
  assertEquals(segmenter.flush(), []);
});

Deno.test("pending counts what is buffered, white space alone not", () => {
  const segmenter = new Segmenter();
  segmenter.push("  \n ");
  assertEquals(segmenter.pending, 0);
  segmenter.push("Hello");
  assertEquals(segmenter.pending, 5);
  segmenter.push(" there. ");
  assertEquals(segmenter.pending, 0);
});

/** Text, and the first piece of it. */
const FIRST: readonly (readonly [string, string, SegmenterOptions?])[] = [
  [
    "When you come to think about it, there is no reason to go. ",
    "When you come to think about it,",
  ],
  ["Sure, I can do that for you. ", "Sure, I can do that for you."],
  [
    "Well, as I said, it costs about 1,000,000 dollars. ",
    "Well, as I said, it costs about 1,000,000 dollars.",
  ],
  ["There is one thing to say about it: nothing. ", "There is one thing to say about it:"],
  ["There is one thing to say about it — nothing. ", "There is one thing to say about it —"],
  [
    "It starts at about 10:30 in the morning, not later. ",
    "It starts at about 10:30 in the morning,",
  ],
  [
    "The list (of apples, pears, and plums, and so on) is long. ",
    "The list (of apples, pears, and plums, and so on) is long.",
  ],
  ["今天天气非常好我们出去玩，你也来吧。好", "今天天气非常好我们出去玩，"],
  ["Sure, I can. ", "Sure,", { minFirstCharacters: 3 }],
  ["When you come to think about it, no. ", "When you come to think about it, no.", {
    earlyFirstClause: false,
  }],
];

Deno.test("the first piece may end at an early clause", () => {
  for (const [text, first, options] of FIRST) {
    assertEquals(piecesOf(units(text), options)[0]?.text, first, text);
  }
});

Deno.test("only the first piece ends at an early clause, as soon as the space is there", () => {
  const segmenter = new Segmenter();
  assertEquals(segmenter.push("When you come to think about it,"), []);
  assertEquals(texts(segmenter.push(" ")), ["When you come to think about it,"]);
  assertEquals(
    texts(segmenter.push("there is no reason to go there, or is there, after all? ")),
    ["there is no reason to go there, or is there, after all?"],
  );
});

/** Long sentences, `¦` where they are cut at 60 characters. */
const LONG: readonly string[] = [
  "The first part of it is here; ¦the second part is over there, and it goes on.",
  "The committee has met in the morning, ¦and the members voted for the plan.",
  "The members of the committee have voted for the plan ¦and the board agrees with it.",
  "Nobody in the whole wide world had ever seen ¦so strange a thing before.",
  "It was what he had always wanted — ¦a place by the sea with no neighbours.",
  "He went to the old town hall with ¦Dr. Smith-Montgomery-Featherstonehaugh-Jones.",
];

Deno.test("a long sentence is cut at its strongest late mark", () => {
  const options = { maxCharacters: 60, earlyFirstClause: false };
  for (const row of LONG) {
    assertEquals(
      texts(piecesOf([row.replaceAll("¦", "")], options)),
      row.split("¦").map((part) => part.trim()),
    );
  }
});

Deno.test("a long sentence is cut as soon as it is too long", () => {
  const segmenter = new Segmenter({ maxCharacters: 20, earlyFirstClause: false });
  assertEquals(segmenter.push("aaaa, bbbbb ccccc ddd"), [{
    text: "aaaa, bbbbb ccccc",
    start: 0,
    end: 17,
  }]);
});

Deno.test("a cut inside a word parts no surrogate pair, mark or joined emoji", () => {
  const options = { maxCharacters: 5 };
  assertEquals(texts(piecesOf(["😀😀😀😀"], options)), ["😀😀", "😀😀"]);
  assertEquals(texts(piecesOf(["abcde\u0301f"], options)), ["abcd", "e\u0301f"]);
  assertEquals(texts(piecesOf(["aaa👩\u200d👧bb"], options)).join(""), "aaa👩\u200d👧bb");
});

Deno.test("a megabyte without a space goes through unit by unit", () => {
  const segmenter = new Segmenter();
  let length = 0;
  let pieces = 0;
  const count = (released: readonly { text: string }[]) => {
    for (const piece of released) {
      assert(piece.text.length <= 150);
      length += piece.text.length;
      pieces++;
    }
  };
  for (let index = 0; index < 1_000_000; index++) count(segmenter.push("x"));
  assert(segmenter.pending <= 150);
  count(segmenter.flush());
  assertEquals(length, 1_000_000);
  assertEquals(pieces, Math.ceil(1_000_000 / 150));
});

Deno.test("endless white space and endless stops fill no buffer", () => {
  for (const fill of [" ", "\t", ".", "!", "(", "¡", "*", "…", "\u00a0", '"', "-"]) {
    const segmenter = new Segmenter();
    segmenter.push("One etc.");
    for (let index = 0; index < 20_000; index++) segmenter.push(fill);
    assert(segmenter.pending < 400, `${segmenter.pending} of ${JSON.stringify(fill)}`);
  }
});

Deno.test("maxCharacters must leave room for a surrogate pair", () => {
  assertThrows(() => new Segmenter({ maxCharacters: 1 }), RangeError);
});
