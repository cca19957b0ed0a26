/**
 * Counts what is said: utterances, sentences, audio, and what goes wrong with them.
 *
 * @module
 */

import type { SentenceOutcome, SpeechEvent } from "../../speech/events.ts";
import type { Outcome } from "../../speech/types.ts";
import type { Distribution } from "./distribution.ts";
import type { Latency } from "./latency.ts";
import type { MetricSet } from "./metric_set.ts";
import type { OpenSpeech } from "./open_speech.ts";
import type { Cell } from "./values.ts";

type Event<T extends SpeechEvent["type"]> = Extract<SpeechEvent, { type: T }>;

/** Options of {@linkcode SpeechRecorder}. */
export interface SpeechRecorderOptions {
  readonly metrics: MetricSet;
  readonly open: OpenSpeech;
  readonly firstAudio: Latency;
  readonly queueWait: Latency;
  readonly bargeIn: Latency;
}

/** By how much a sentence may be taken late without being counted as late, in ms. */
const LATE_MS = 10;

/** `now` is a clock time in ms. */
export class SpeechRecorder {
  readonly #open: OpenSpeech;
  readonly #firstAudio: Latency;
  readonly #queueWait: Latency;
  readonly #bargeIn: Latency;
  readonly #utterances: Readonly<Record<Outcome, Cell>>;
  readonly #sentences: Readonly<Record<SentenceOutcome, Cell>>;
  readonly #characters: Cell;
  readonly #bargeIns: Cell;
  readonly #discarded: Distribution;
  readonly #deadlinesMissed: Cell;
  readonly #audioSent: Cell;
  readonly #lateness: Distribution;
  readonly #underruns: Readonly<Record<Event<"underrun">["cause"], Cell>>;
  readonly #gaps: Readonly<Record<Event<"underrun">["cause"], Distribution>>;

  constructor({ metrics, open, firstAudio, queueWait, bargeIn }: SpeechRecorderOptions) {
    this.#open = open;
    this.#firstAudio = firstAudio;
    this.#queueWait = queueWait;
    this.#bargeIn = bargeIn;
    const utterances = metrics.value("utterances_total");
    this.#utterances = {
      completed: utterances.cell({ outcome: "completed" }),
      interrupted: utterances.cell({ outcome: "interrupted" }),
      failed: utterances.cell({ outcome: "failed" }),
    };
    const sentences = metrics.value("sentences_total");
    this.#sentences = {
      completed: sentences.cell({ outcome: "completed" }),
      failed: sentences.cell({ outcome: "failed" }),
      interrupted: sentences.cell({ outcome: "interrupted" }),
      unspeakable: sentences.cell({ outcome: "unspeakable" }),
    };
    this.#characters = metrics.value("characters_total").cell();
    this.#bargeIns = metrics.value("barge_in_total").cell();
    this.#discarded = metrics.distribution("barge_in_discarded_audio_seconds").cell();
    this.#deadlinesMissed = metrics.value("scheduler_wait_deadline_missed_total").cell();
    this.#audioSent = metrics.value("audio_sent_seconds_total").cell();
    this.#lateness = metrics.distribution("playout_lateness_seconds").cell();
    const underruns = metrics.value("playout_underruns_total");
    this.#underruns = {
      text: underruns.cell({ cause: "text" }),
      server: underruns.cell({ cause: "server" }),
    };
    const gaps = metrics.distribution("playout_gap_seconds");
    this.#gaps = { text: gaps.cell({ cause: "text" }), server: gaps.cell({ cause: "server" }) };
  }

  /** Runs for every message of audio. */
  noteAudio(event: Event<"audio_sent">): void {
    this.#audioSent.add(event.audioMs / 1000);
    this.#lateness.observe(event.lateMs / 1000);
  }

  startUtterance({ sessionId, utteranceId }: Event<"utterance_started">): void {
    this.#open.startUtterance(sessionId, utteranceId);
  }

  noteFirstAudio(event: Event<"first_audio">, now: number, traceId: string | undefined): void {
    if (!this.#open.noteFirstAudio(event.sessionId, event.utteranceId)) return;
    this.#firstAudio.note(event.afterMs, now, traceId);
  }

  endUtterance(event: Event<"utterance_ended">): void {
    if (!this.#open.endUtterance(event.sessionId, event.utteranceId)) return;
    this.#utterances[event.outcome].add();
    this.#characters.add(event.characters);
  }

  queueSentence(event: Event<"sentence_queued">): void {
    this.#open.queueSentence(event);
  }

  takeSentence(event: Event<"sentence_taken">, now: number, traceId: string | undefined): void {
    if (!this.#open.takeSentence(event)) return;
    this.#queueWait.note(event.waitMs, now, traceId);
    if (event.lateMs > LATE_MS) this.#deadlinesMissed.add();
  }

  endSentence(event: Event<"sentence_ended">): void {
    if (this.#open.endSentence(event)) this.#sentences[event.outcome].add();
  }

  noteUnderrun({ cause, gapMs }: Event<"underrun">): void {
    this.#underruns[cause].add();
    this.#gaps[cause].observe(gapMs / 1000);
  }

  noteBargeIn(event: Event<"barge_in">, now: number, traceId: string | undefined): void {
    this.#bargeIns.add();
    this.#bargeIn.note(event.latencyMs, now, traceId);
    this.#discarded.observe(event.discardedMs / 1000);
  }
}
