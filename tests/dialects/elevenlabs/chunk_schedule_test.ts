/** Text that is spoken although its sentence is not whole. */

import { assertEquals } from "@std/assert";
import { attempt } from "../../../src/dialects/fields.ts";
import {
  ChunkCutter,
  isPhrase,
  readSchedule,
} from "../../../src/dialects/elevenlabs/chunk_schedule.ts";

/** What was spoken together when the texts came one by one; the last part still waits. */
function cut(schedule: readonly number[], texts: readonly string[], isUrgent = false): string[] {
  const cutter = new ChunkCutter(schedule);
  const parts = [""];
  for (const text of texts) {
    const at = cutter.push(text, isUrgent);
    if (at < 0) parts[parts.length - 1] += text;
    else {
      parts[parts.length - 1] += text.slice(0, at);
      parts.push(text.slice(at));
    }
  }
  return parts;
}

/** So many words of nine letters and a space. */
function words(count: number): string[] {
  return Array.from({ length: count }, () => "incessant ");
}

function lengths(parts: readonly string[]): number[] {
  return parts.map((part) => part.length);
}

Deno.test("text without an end is cut at the schedule's lengths, the last of which repeats", () => {
  assertEquals(lengths(cut([50, 70], words(22))), [50, 70, 70, 30]);
});

Deno.test("a cut is at a word's end, wherever the pieces of text end", () => {
  const text = words(12).join("");
  for (const size of [1, 3, 7, 11]) {
    const pieces = text.match(new RegExp(`.{1,${size}}`, "g"))!;
    const parts = cut([50], pieces);
    assertEquals(parts.join(""), text);
    for (const part of parts.slice(0, -1)) {
      assertEquals([part.length >= 50, part.endsWith(" ")], [true, true], `size ${size}`);
    }
  }
});

Deno.test("tokens with their space in front are cut before the next word", () => {
  const parts = cut([50], words(8).map((word) => ` ${word.trim()}`));
  assertEquals(lengths(parts), [51, 29]);
});

Deno.test("a sentence's end begins to count anew, though it comes in two pieces", () => {
  const text = [...words(4), "end", ".", " ", ...words(4), "end."];
  assertEquals(cut([50], text).length, 1);
  assertEquals(cut([50], [...words(4), "終わり。", ...words(4)]).length, 1);
});

Deno.test("urgent text is cut from 50 characters on, and not sooner", () => {
  assertEquals(lengths(cut([120], words(11), true)), [50, 50, 10]);
  assertEquals(cut([120], words(4), true).length, 1);
});

Deno.test("text without white space is not cut", () => {
  assertEquals(cut([50], Array.from({ length: 40 }, () => "abcde")).length, 1);
});

Deno.test("after a flush nothing waits", () => {
  const cutter = new ChunkCutter([50]);
  cutter.push(words(4).join(""), false);
  cutter.flush();
  assertEquals(cutter.push(words(4).join(""), false), -1);
});

Deno.test("a phrase has several whole words, or a sentence's end", () => {
  const phrases = [
    "Hello there. ",
    "Yes.",
    "「はい。」",
    "of course, ",
    "Who? Me?",
    'He said "no."',
  ];
  const others = ["Hello ", " world", "", " ", "to be or no", "Hello"];
  assertEquals(phrases.map(isPhrase), phrases.map(() => true));
  assertEquals(others.map(isPhrase), others.map(() => false));
});

Deno.test("a schedule is read by both names, and only in ElevenLabs' limits", () => {
  const read = (message: object) => attempt(() => readSchedule(message as Record<string, unknown>));
  const schedule = [50, 500];
  assertEquals(read({ generation_config: { chunk_length_schedule: schedule } }), schedule);
  assertEquals(read({ generator_config: { chunk_length_schedule: schedule } }), schedule);
  assertEquals(read({}), undefined);
  assertEquals(read({ generation_config: { chunk_length_schedule: null } }), undefined);
  for (const wrong of [[49], [501], [], ["50"], 120, Array(101).fill(50)]) {
    assertEquals(read({ generation_config: { chunk_length_schedule: wrong } }), {
      field: "generation_config.chunk_length_schedule",
      message: "generation_config.chunk_length_schedule must be 1 to 100 numbers from 50 to 500",
    });
  }
});
