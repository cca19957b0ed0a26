/**
 * The promises of the session protocol, as checks of all that a client was told: at 16 kHz, in frames of
 * 20 ms, over a scripted backend that goes by its scripts' own marks.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { SessionEvent } from "../../src/speech/types.ts";
import type { Received } from "./core.ts";

/** The lead of the sessions that are checked, in ms. */
export const LEAD_MS = 200;
const FRAME_MS = 20;

/** Fails unless all promises were kept; `texts` is what was accepted, by utterance. */
export function checkPromises(
  received: readonly Received[],
  texts: ReadonlyMap<string, string>,
): void {
  const events = received.map(({ event }) => event);
  checkOutcomes(events);
  checkAudio(events);
  checkSilenceAfterBargeIn(events);
  checkLead(received);
  checkNothingVanishes(events, texts);
}

/** Promise 3: exactly one end per start, and none without. */
function checkOutcomes(events: SessionEvent[]): void {
  const live = new Set<string>();
  for (const event of events) {
    if (event.type === "utterance_started") {
      assert(!live.has(event.utteranceId));
      live.add(event.utteranceId);
    } else if (event.type === "utterance_ended") {
      assert(live.delete(event.utteranceId), `${event.utteranceId} ended without being live`);
    }
  }
  assertEquals([...live], []);
}

/** Promise 1: audio in order and gapless, each sentence's from one synthesis, sample by sample. */
function checkAudio(events: SessionEvent[]): void {
  let number = 0;
  let offsets = new Map<number, number>();
  let sentence: { of: string; index: number; mark: number; samples: number } | undefined;
  for (const event of events) {
    if (event.type === "sentence_started") {
      sentence = { of: event.utteranceId, index: event.index, mark: -1, samples: 0 };
    } else if (event.type === "sentence_ended") {
      assertEquals(event.index, sentence!.index);
      assertAlmostEquals(event.durationMs, sentence!.samples / 16, 1e-6);
      sentence = undefined;
    } else if (event.type === "utterance_ended") {
      // One further back in the line may end in the middle of another one's sentence.
      if (sentence?.of === event.utteranceId) sentence = undefined;
    } else if (event.type === "audio") {
      assert(event.utteranceNumber >= number, "an earlier utterance speaks again");
      number = event.utteranceNumber;
      assertEquals(event.sentenceIndex, sentence!.index);
      const offset = offsets.get(number) ?? 0;
      assertAlmostEquals(event.offsetMs, offset, 1e-6);
      offsets = offsets.set(number, offset + event.pcm.length / 16);
      event.pcm.forEach((sample, i) => checkSample(sentence!, sample, sentence!.samples + i));
      sentence!.samples += event.pcm.length;
    }
  }
}

/** See `scriptedPcm`: marks at even positions, half the position at odd ones. */
function checkSample(sentence: { mark: number }, sample: number, position: number): void {
  if (position % 2 === 1) {
    const expected = (position >> 1) & 0x7fff;
    if (sample !== expected) assertEquals(sample, expected);
  } else if (sentence.mark === -1) sentence.mark = sample;
  else if (sample !== sentence.mark) assertEquals(sample, sentence.mark);
}

/** Promise 4: after a barge-in no audio of what it stopped. */
function checkSilenceAfterBargeIn(events: SessionEvent[]): void {
  const numbers = new Map<string, number>();
  const stopped = new Set<number>();
  for (const event of events) {
    if (event.type === "utterance_started") numbers.set(event.utteranceId, event.number);
    else if (event.type === "barge_in") {
      for (const { utteranceId } of event.utterances) stopped.add(numbers.get(utteranceId)!);
    } else if (event.type === "audio") assert(!stopped.has(event.utteranceNumber));
  }
}

/** Promise 5: never more ahead of real time than the lead and one frame. */
function checkLead(received: readonly Received[]): void {
  let dryAt = 0;
  for (const { at, event } of received) {
    if (event.type === "barge_in") dryAt -= event.discardedMs;
    if (event.type !== "audio") continue;
    dryAt = Math.max(dryAt, at) + event.pcm.length / 16;
    assert(dryAt - at <= LEAD_MS + FRAME_MS + 1e-6, `${dryAt - at} ms ahead`);
  }
}

/** Promise 2: every accepted character is in a sentence, or in a barge-in's report. */
function checkNothingVanishes(events: SessionEvent[], texts: ReadonlyMap<string, string>): void {
  const ranges = new Map<string, [number, number][]>();
  const reported = new Map<string, string>();
  for (const event of events) {
    if (event.type === "sentence_started") {
      const list = ranges.get(event.utteranceId) ?? [];
      ranges.set(event.utteranceId, [...list, [event.sourceStart, event.sourceEnd]]);
    } else if (event.type === "barge_in") {
      for (const { utteranceId, heardText, unheardText } of event.utterances) {
        reported.set(utteranceId, heardText + unheardText);
      }
    } else if (event.type === "utterance_ended") {
      const text = texts.get(event.utteranceId) ?? "";
      assertEquals(event.characters, text.length);
      if (reported.has(event.utteranceId)) assertEquals(reported.get(event.utteranceId), text);
      if (event.outcome !== "interrupted") {
        checkCovered(text, ranges.get(event.utteranceId) ?? []);
        assertEquals(event.sentences, ranges.get(event.utteranceId)?.length ?? 0);
      }
    }
  }
}

/** The ranges ascend, and nothing but white space is outside them. */
function checkCovered(text: string, ranges: [number, number][]): void {
  let end = 0;
  for (const [from, to] of [...ranges, [text.length, text.length] as const]) {
    assertEquals(text.slice(end, from).trim(), "");
    assert(to >= from && from >= end);
    end = to;
  }
}
