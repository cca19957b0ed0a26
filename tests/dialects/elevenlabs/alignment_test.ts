/** When characters are heard. */

import { assert, assertEquals } from "@std/assert";
import type { WireEvent } from "../../../src/dialects/dialect.ts";
import { AlignmentTracker, type TimedText } from "../../../src/dialects/elevenlabs/alignment.ts";
import fc from "../../helpers/fast_check.ts";

/** A sentence, and its words with their times from the start of the utterance, in ms. */
interface Said {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly offsetMs?: number;
  readonly durationMs: number;
  readonly words?: readonly (readonly [string, number, number])[];
}

function* eventsOf(sentence: Said, index = 0): Iterable<WireEvent> {
  const { text, from, to, offsetMs = 0, durationMs, words = [] } = sentence;
  const utteranceId = "u1";
  yield {
    type: "sentence_started",
    utteranceId,
    index,
    text,
    sourceStart: from,
    sourceEnd: to,
    offsetMs,
  };
  const told = words.map(([text, startMs, endMs]) => ({ text, startMs, endMs }));
  if (words.length > 0) yield { type: "words", utteranceId, index, words: told };
  yield { type: "sentence_ended", utteranceId, index, durationMs, status: "completed" };
}

function utteranceEnded(durationMs: number): WireEvent {
  return {
    type: "utterance_ended",
    utteranceId: "u1",
    outcome: "completed",
    durationMs,
    sentences: 1,
    failedSentences: 0,
    characters: 1,
    timeToFirstAudioMs: 1,
  };
}

/** What a text and its sentences bring. */
function align(text: string, sentences: readonly Said[]) {
  const tracker = new AlignmentTracker();
  tracker.append(text, { opens: true });
  sentences.forEach((sentence, index) => {
    for (const event of eventsOf(sentence, index)) tracker.note(event);
  });
  return tracker.take();
}

function textOf({ characters }: TimedText): string {
  return characters.map(({ character }) => character).join("");
}

/** Characters with their times, `h0-50`. */
function timesOf({ characters }: TimedText): string[] {
  return characters.map(({ character, startMs, endMs }) => `${character}${startMs}-${endMs}`);
}

Deno.test("a word's characters share its time, and those between words the gap", () => {
  const alignment = align("hi  you", [{
    text: "hi you",
    from: 0,
    to: 7,
    durationMs: 900,
    words: [["hi", 100, 200], ["you", 400, 700]],
  }]);
  assertEquals(timesOf(alignment!.spoken), [
    "h100-150",
    "i150-200",
    " 200-400",
    "y400-500",
    "o500-600",
    "u600-700",
  ]);
  assertEquals(timesOf(alignment!.source).slice(2, 4), [" 200-300", " 300-400"]);
});

Deno.test("without word timings the characters share the sentence's time", () => {
  const alignment = align("abcd", [{ text: "abcd", from: 0, to: 4, durationMs: 200 }]);
  assertEquals(timesOf(alignment!.source), ["a0-50", "b50-100", "c100-150", "d150-200"]);
  assertEquals(alignment!.spoken, alignment!.source);
});

Deno.test("the alignment is of the text as it came, and the normalized one as it is spoken", () => {
  const text = "Hi **there**.\n\n---\n\nBye 😀 now.";
  const alignment = align(text, [
    { text: "Hi there.", from: 0, to: 13, durationMs: 300, words: [["there.", 100, 300]] },
    { text: "", from: 15, to: 18, offsetMs: 300, durationMs: 0 },
    { text: "Bye now.", from: 20, to: 31, offsetMs: 300, durationMs: 300 },
  ]);
  assertEquals(textOf(alignment!.source), text);
  assertEquals(textOf(alignment!.spoken), "Hi there. Bye now.");
  const there = alignment!.source.characters.findIndex(({ character }) => character === "t");
  assertEquals(alignment!.source.characters[there]!.startMs, 100);
  assert(alignment!.source.characters.some(({ character }) => character === "😀"));
});

Deno.test("words that the text as it came does not have are passed over", () => {
  const alignment = align("5 > 4", [{
    text: "five is more than four",
    from: 0,
    to: 5,
    durationMs: 500,
    words: [["five", 0, 100], ["is", 100, 200], ["more", 200, 300], ["four", 400, 500]],
  }]);
  assertEquals(timesOf(alignment!.source).at(-1), "4400-500");
});

Deno.test("white space after a sentence is told with it, as far as it has come", () => {
  const tracker = new AlignmentTracker();
  const say = (sentence: Said, index: number) => {
    for (const event of eventsOf(sentence, index)) tracker.note(event);
    const { source, spoken } = tracker.take()!;
    return [textOf(source), textOf(spoken)];
  };
  tracker.append("One. ", { opens: true });
  assertEquals(say({ text: "One.", from: 0, to: 4, durationMs: 100 }, 0), ["One. ", "One. "]);
  tracker.append("Two.", { opens: false });
  assertEquals(say({ text: "Two.", from: 5, to: 9, durationMs: 100 }, 1), ["Two.", "Two."]);
  tracker.append(" Three.", { opens: false });
  assertEquals(say({ text: "Three.", from: 10, to: 16, durationMs: 9 }, 2), [" Three.", " Three."]);
});

Deno.test("the times of a second utterance go on where the first one's audio ends", () => {
  const tracker = new AlignmentTracker();
  tracker.append("One.", { opens: true });
  for (const event of eventsOf({ text: "One.", from: 0, to: 4, durationMs: 400 })) {
    tracker.note(event);
  }
  tracker.append("Two.", { opens: true });
  tracker.note(utteranceEnded(500));
  assertEquals(tracker.take()!.source.fromMs, 0);
  const words = [["Two.", 100, 200]] as const;
  for (const event of eventsOf({ text: "Two.", from: 0, to: 4, durationMs: 400, words })) {
    tracker.note(event);
  }
  const { source } = tracker.take()!;
  assertEquals([source.fromMs, source.characters[0]!.startMs], [400, 600]);
  assertEquals(tracker.take(), undefined);
});

Deno.test("whatever is spoken, times never go back and no character is lost", () => {
  const word = fc.stringMatching(/^[a-z]{1,8}[.,!]?$/);
  const sentence = fc.array(fc.tuple(word, fc.nat(500), fc.nat(500)), { minLength: 1 });
  fc.assert(fc.property(fc.array(sentence, { minLength: 1 }), (sentences) => {
    let at = 0;
    let now = 0;
    const said = sentences.map((words): Said => {
      const text = words.map(([text]) => text).join(" ");
      const offsetMs = now;
      const timed = words.map(([text, gap, length]) => {
        const start = now + gap;
        now = start + length;
        return [text, start, now] as const;
      });
      const from = at;
      at += text.length + 1;
      const durationMs = now - offsetMs;
      return { text, from, to: from + text.length, offsetMs, durationMs, words: timed };
    });
    const whole = said.map(({ text }) => text).join(" ");
    const alignment = align(whole, said)!;
    for (const track of [alignment.source, alignment.spoken]) {
      assertEquals(textOf(track), whole);
      const times = track.characters.flatMap(({ startMs, endMs }) => [startMs, endMs]);
      assert(times.every((time, index) => time >= (times[index - 1] ?? 0) - 1e-6));
      assert(times.at(-1)! <= now + 1e-6);
    }
  }));
});
