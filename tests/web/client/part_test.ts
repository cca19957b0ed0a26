import { assertEquals } from "@std/assert";
import { heardEnd, splitText } from "../../../src/web/client/heard_text.ts";
import { type Begun, Part } from "../../../src/web/client/part.ts";

const TEXT = "Intro. One two. Three four.";

/** A part of {@linkcode TEXT} from its second sentence on, as a server would tell it. */
function spokenPart(): Part {
  const part = new Part({ track: 3, start: 7, firstIndex: 1 });
  part.startSentence(sentence(0, "One two.", 0, 8, 0));
  part.addWords(words(0, [["One", 0, 400], ["two.", 400, 900]]), TEXT);
  part.endSentence({ ...ended(0), duration_ms: 1_000 });
  part.startSentence(sentence(1, "Three four.", 9, 20, 1_000));
  part.addWords(words(1, [["Three", 1_000, 1_400], ["four.", 1_400, 2_000]]), TEXT);
  return part;
}

function sentence(index: number, text: string, from: number, to: number, offset_ms: number) {
  const ends = { source_start: from, source_end: to };
  return { type: "sentence_started", utterance_id: "u", index, text, ...ends, offset_ms } as const;
}

function words(index: number, timings: [text: string, start: number, end: number][]) {
  return {
    type: "words",
    utterance_id: "u",
    index,
    words: timings.map(([text, start_ms, end_ms]) => ({ text, start_ms, end_ms })),
  } as const;
}

function ended(index: number) {
  return { type: "sentence_ended", utterance_id: "u", index, status: "completed" } as const;
}

function names(begun: Begun[]): string[] {
  return begun.map((one) => one.type === "word" ? one.word.text : `<${one.sentence.text}>`);
}

Deno.test("sentences and words lie in the utterance's text, not in the part's", () => {
  const { sentences } = spokenPart();
  assertEquals(
    sentences.map(({ index, start, end }) => [index, TEXT.slice(start, end)]),
    [[1, "One two."], [2, "Three four."]],
  );
  const found = sentences.flatMap(({ words }) => words);
  assertEquals(found.map(({ start, end }) => TEXT.slice(start, end)), [
    "One",
    "two.",
    "Three",
    "four.",
  ]);
});

Deno.test("what begins to be heard is told once, in order, when the listener is there", () => {
  const part = spokenPart();
  assertEquals(names(part.takeBegun()), []);
  part.playedMs = 1;
  assertEquals(names(part.takeBegun()), ["<One two.>", "One"]);
  assertEquals(names(part.takeBegun()), []);
  part.playedMs = 1_390;
  assertEquals(names(part.takeBegun()), ["two.", "<Three four.>", "Three"]);
  part.playedMs = 2_000;
  assertEquals(names(part.takeBegun()), ["four."]);
});

Deno.test("words that come late are told when they come", () => {
  const part = new Part({ track: 1, start: 0, firstIndex: 0 });
  part.startSentence(sentence(0, "One two.", 0, 8, 0));
  part.playedMs = 500;
  assertEquals(names(part.takeBegun()), ["<One two.>"]);
  part.addWords(words(0, [["One", 0, 400], ["two.", 400, 900]]), "One two.");
  assertEquals(names(part.takeBegun()), ["One", "two."]);
});

Deno.test("what is complete, what is coming, and what would come next", () => {
  const part = spokenPart();
  assertEquals(part.completeEnd, 15);
  assertEquals(part.incomplete?.text, "Three four.");
  assertEquals(part.nextIndex, 2);
  part.endSentence({ ...ended(1), duration_ms: 1_000 });
  assertEquals([part.completeEnd, part.incomplete, part.nextIndex], [27, undefined, 3]);
});

Deno.test("text is heard up to the last word that was heard whole", () => {
  const heard = (playedMs: number, change: (part: Part) => void = () => {}) => {
    const part = spokenPart();
    change(part);
    part.playedMs = playedMs;
    return TEXT.slice(7, Math.max(7, heardEnd([part], TEXT)));
  };
  assertEquals(heard(0), "");
  assertEquals(heard(399), "");
  assertEquals(heard(400), "One");
  assertEquals(heard(999.5), "One two.");
  assertEquals(heard(1_399), "One two.");
  assertEquals(heard(1_400), "One two. Three");
  assertEquals(heard(2_000), "One two. Three four.");
  // Without word timings it is in proportion, back to the end of a word.
  const untimed = (part: Part) => part.sentences[0]!.words.length = 0;
  assertEquals(heard(500, untimed), "One");
  assertEquals(heard(300, untimed), "");
});

Deno.test("a sentence that could not be spoken was not heard", () => {
  const part = spokenPart();
  part.sentences[0]!.isFailed = true;
  assertEquals(splitText([part], TEXT, TEXT.length), {
    text: "Intro.  Three four.",
    unheardText: "One two.",
  });
  assertEquals(splitText([part], TEXT, 7), {
    text: "Intro. ",
    unheardText: "One two. Three four.",
  });
});
