/**
 * What listeners of a real server heard, from what the server tells of itself.
 *
 * @module
 */

import type { SentenceRef, SpeechEvent } from "../src/speech/events.ts";
import { MS_PER_CHARACTER } from "../src/speech/sentence.ts";
import { FIRST_SHARE, serviceOf } from "./scheduler_mix.ts";
import type { Heard } from "./scheduler_session.ts";

/** What is known of an utterance that has not ended. */
interface Watched {
  readonly heard: Heard;
  readonly sentences: { readonly queuedAt: number; readonly characters: number }[];
  /** Set between an underrun and the audio that ends it. */
  gapMs: number | undefined;
}

/** Makes of a server's events what the simulation gives. */
export class Watcher {
  /** Of the utterances that have ended. */
  readonly heard: Heard[] = [];
  readonly #now: () => number;
  readonly #watched = new Map<string, Watched>();

  constructor(now: () => number) {
    this.#now = now;
  }

  note(event: SpeechEvent): void {
    if (event.type === "utterance_started") {
      const heard = { firstAudioMs: 0, waitMs: 0, audioMs: 0, gaps: [] };
      this.#watched.set(keyOf(event), { heard, sentences: [], gapMs: undefined });
      return;
    }
    if (!("utteranceId" in event)) return;
    const watched = this.#watched.get(keyOf(event));
    if (watched !== undefined) this.#noteOf(watched, event);
  }

  #noteOf(watched: Watched, event: Extract<SpeechEvent, { utteranceId: string }>): void {
    switch (event.type) {
      case "sentence_queued":
        watched.sentences.push({ queuedAt: this.#now(), characters: event.characters });
        return;
      case "first_audio":
        watched.heard.firstAudioMs = event.afterMs;
        return;
      case "underrun":
        if (event.cause === "server") watched.gapMs = event.gapMs;
        return;
      case "audio_sent":
        watched.heard.audioMs += event.audioMs;
        return this.#endGap(watched, event.index);
      case "utterance_ended":
        this.#watched.delete(keyOf(event));
        this.heard.push(watched.heard);
    }
  }

  /** The audio that ends a gap tells which sentence was missing. */
  #endGap(watched: Watched, index: number): void {
    const { gapMs, heard } = watched;
    if (gapMs === undefined) return;
    watched.gapMs = undefined;
    const { queuedAt, characters } = watched.sentences[index]!;
    const slackMs = this.#now() - gapMs - queuedAt;
    const firstChunkMs = serviceOf(characters * MS_PER_CHARACTER) * FIRST_SHARE;
    if (slackMs >= firstChunkMs) heard.gaps.push({ ms: gapMs, slackMs });
  }
}

function keyOf({ sessionId, utteranceId }: Pick<SentenceRef, "sessionId" | "utteranceId">): string {
  return `${sessionId} ${utteranceId}`;
}
