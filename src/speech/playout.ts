/**
 * The ordered, paced release of a session's audio.
 *
 * Order is structure: utterances stand in line, each utterance's sentences stand in line, and only
 * the first unfinished one is read. The pace comes from the model of the listener, not from counting
 * ticks, so it does not drift.
 *
 * @module
 */

import type { Record } from "./events.ts";
import type { Tenant } from "./fair_queue.ts";
import type { Listener } from "./listener.ts";
import { canWait, longestMessageMs, toleranceMs } from "./pace.ts";
import { type Buffering, SendBuffer } from "./send_buffer.ts";
import type { AudioShape, Sentence } from "./sentence.ts";
import { TICK_MS, type Ticker, type Ticking } from "./ticker.ts";
import type { Turns } from "./turns.ts";
import type { SessionEvent } from "./types.ts";
import type { Utterance } from "./utterance.ts";

/** Where a session's events go. */
export interface SessionSink extends Buffering {
  /** Delivers one event. Must not throw. */
  send(event: SessionEvent): void;
}

/** Options of {@linkcode Playout}. */
export interface PlayoutOptions {
  readonly sessionId: string;
  readonly tenant: Tenant;
  readonly shape: AudioShape;
  readonly sink: SessionSink;
  readonly ticker: Ticker;
  readonly turns: Turns;
  readonly listener: Listener;
  readonly record: Record;
  /** Unfinished utterances in the order they are to be spoken; playout reads the first. */
  readonly line: readonly Utterance[];
  /** Audio of one message at the most, in ms. */
  readonly maxMessageMs: number;
  /** Bytes in the sink above which nothing is sent. */
  readonly maxBufferedBytes: () => number;
  /** All of an utterance was sent; it has to be taken out of the line. */
  readonly onSpoken: (utterance: Utterance, now: number) => void;
  /** Audio or a sentence left: there may be room for more. Returns whether more is there already. */
  readonly onProgress: () => boolean;
  /** The sink has been full since this clock time. */
  readonly onBlocked: (sinceMs: number, now: number) => void;
}

/** Pause before a full sink is looked at again, in ms. */
const RETRY_MS = 20;

/** Sends what may be sent, whenever something changes or time has passed. */
export class Playout implements Ticking {
  readonly #options: PlayoutOptions;
  readonly #frameMs: number;
  readonly #buffer: SendBuffer;
  #isPaused = false;
  /** True while the listener is without audio because the client paused. */
  #excusedGap = false;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#buffer = new SendBuffer(options.sink, options.maxBufferedBytes);
    this.#frameMs = options.shape.frameSamples * 1000 / options.shape.sampleRate;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Stops sending audio. */
  pause(): void {
    this.#isPaused = true;
    this.#cancel();
  }

  /** Goes on where it stopped. */
  resume(now: number): void {
    this.#isPaused = false;
    this.#excusedGap = true;
    this.pump(now);
  }

  /** Sends nothing any more until the next pump. */
  stop(): void {
    this.#cancel();
    this.#buffer.rest();
  }

  #cancel(): void {
    const { ticker, turns, tenant } = this.#options;
    ticker.cancel(this);
    turns.cancel(this, tenant);
  }

  onTick(now: number): void {
    this.pump(now);
  }

  /** Sends everything that may be sent now, and sees to it that the rest follows in time. */
  pump(now: number): void {
    while (this.#pump(now) && this.#options.onProgress());
  }

  /** Returns whether anything was sent. */
  #pump(now: number): boolean {
    let progress = false;
    for (let utterance; (utterance = this.#options.line[0]) !== undefined;) {
      if (utterance.isSpoken) {
        this.#options.onSpoken(utterance, now);
        continue;
      }
      const sentence = utterance.sentences[utterance.playIndex];
      if (sentence === undefined || !sentence.isReady || this.#isPaused) break;
      if (!this.#sendOf(utterance, sentence, now)) break;
      progress = true;
    }
    return progress;
  }

  /** One step with the sentence that is on: start, a message, or its end. False: wait. */
  #sendOf(utterance: Utterance, sentence: Sentence, now: number): boolean {
    if (!sentence.isStarted) this.#start(utterance, sentence);
    if (sentence.availableSamples === 0) {
      this.#tellWords(utterance, sentence);
      if (!sentence.isClosed) return false;
      this.#finish(utterance, sentence);
      return true;
    }
    const frames = this.#framesToSend(utterance, sentence, now);
    if (frames === 0) return false;
    this.#sendAudio(utterance, sentence, frames, now);
    return true;
  }

  #start(utterance: Utterance, sentence: Sentence): void {
    sentence.offsetSamples = utterance.sentSamples;
    this.#options.sink.send({
      type: "sentence_started",
      utteranceId: utterance.id,
      index: sentence.index,
      text: sentence.text,
      sourceStart: sentence.sourceStart,
      sourceEnd: sentence.sourceEnd,
      offsetMs: this.#toMs(sentence.offsetSamples),
    });
  }

  #finish(utterance: Utterance, sentence: Sentence): void {
    const { sink, record, sessionId } = this.#options;
    const { error, index } = sentence;
    if (error !== undefined) {
      utterance.failedSentences++;
      sink.send({ type: "error", problem: error, fatal: false });
    }
    const durationMs = this.#toMs(sentence.sentSamples);
    sink.send({
      type: "sentence_ended",
      utteranceId: utterance.id,
      index,
      durationMs,
      status: error === undefined ? "completed" : "failed",
      ...(error === undefined ? {} : { error }),
    });
    const outcome = error !== undefined
      ? "failed"
      : sentence.isSpeakable
      ? "completed"
      : "unspeakable";
    record({
      type: "sentence_ended",
      sessionId,
      utteranceId: utterance.id,
      index,
      outcome,
      audioMs: durationMs,
      lastSentAt: sentence.lastSentAt,
    });
    utterance.passSentence();
  }

  /** Frames for the next message; 0 when it has to wait, for which the ticker is set. */
  #framesToSend(utterance: Utterance, sentence: Sentence, now: number): number {
    const frames = Math.min(
      this.#framesPerMessage(utterance),
      Math.ceil(sentence.availableSamples / this.#options.shape.frameSamples),
    );
    if (this.#waitForLead(utterance, frames, now)) {
      // What is not due is not held up either.
      this.#buffer.rest();
      return 0;
    }
    return this.#isBlocked(now) || this.#waitForTurn(utterance, now) ? 0 : frames;
  }

  /** The first message is one frame, to be there soon; later ones are longer, to be fewer. */
  #framesPerMessage(utterance: Utterance): number {
    const { shape, maxMessageMs, ticker } = this.#options;
    if (utterance.firstAudioAt === undefined || shape.wholeFrames) return 1;
    const { lead } = utterance.settings;
    const messageMs = Math.min(maxMessageMs, longestMessageMs(lead, ticker.size));
    return Math.max(1, Math.floor(messageMs / this.#frameMs));
  }

  /** Whether `frames` more would pass the lead; if so, the ticker is set for when they will not. */
  #waitForLead(utterance: Utterance, frames: number, now: number): boolean {
    const { lead } = utterance.settings;
    if (lead === "unpaced") return false;
    const allowedAt = this.#allowedAt(lead, frames);
    if (allowedAt <= now) return false;
    this.#options.ticker.schedule(this, allowedAt);
    return true;
  }

  /** Whether others are to be served first. */
  #waitForTurn({ settings }: Utterance, now: number): boolean {
    const { turns, tenant, listener } = this.#options;
    return canWait(settings.lead, listener.aheadMs(now)) && !turns.take(this, tenant);
  }

  #isBlocked(now: number): boolean {
    const since = this.#buffer.fullSince(now);
    if (since === undefined) return false;
    const { ticker, onBlocked } = this.#options;
    ticker.schedule(this, now + RETRY_MS);
    onBlocked(since, now);
    return true;
  }

  #sendAudio(utterance: Utterance, sentence: Sentence, frames: number, now: number): void {
    const { shape, sink, listener, record, sessionId } = this.#options;
    const lateMs = this.#latenessMs(utterance, frames, now);
    this.#noteGap(utterance, sentence, now);
    const offsetMs = this.#toMs(utterance.sentSamples);
    const isFirst = sentence.lastSentAt === undefined;
    sentence.lastSentAt = now;
    const pcm = sentence.read(frames * shape.frameSamples);
    utterance.sentSamples += pcm.length;
    this.#buffer.add(pcm);
    const audioMs = this.#toMs(pcm.length);
    listener.sent(audioMs, now, toleranceMs(utterance.settings.lead));
    sink.send({
      type: "audio",
      utteranceNumber: utterance.number,
      sentenceIndex: sentence.index,
      offsetMs,
      pcm,
    });
    record({
      type: "audio_sent",
      sessionId,
      utteranceId: utterance.id,
      index: sentence.index,
      audioMs,
      lateMs,
      isFirst,
      isLast: sentence.isClosed && sentence.availableSamples === 0,
    });
    this.#tellWords(utterance, sentence);
  }

  /** How long ago a message of so many frames could have left, in ms; 0 for the first audio. */
  #latenessMs(utterance: Utterance, frames: number, now: number): number {
    const { lead } = utterance.settings;
    if (lead === "unpaced" || utterance.firstAudioAt === undefined) return 0;
    return Math.max(0, now - this.#allowedAt(lead, frames));
  }

  /** When a message of so many frames may leave: the last may begin with exactly `lead` ahead. */
  #allowedAt(lead: number, frames: number): number {
    return this.#options.listener.dryAt + (frames - 1) * this.#frameMs - lead;
  }

  /** Notes the first audio of an utterance, and a listener that ran dry inside one. */
  #noteGap(utterance: Utterance, sentence: Sentence, now: number): void {
    const { listener, sink, record, sessionId } = this.#options;
    const { lead } = utterance.settings;
    const gapMs = now - listener.dryAt;
    if (utterance.firstAudioAt === undefined) {
      utterance.firstAudioAt = now;
      const afterMs = now - utterance.startedAt;
      record({ type: "first_audio", sessionId, utteranceId: utterance.id, afterMs });
    } else if (gapMs > Math.max(TICK_MS, toleranceMs(lead)) && !this.#excusedGap) {
      const cause = sentence.sentSamples === 0 && sentence.queuedAt > listener.dryAt
        ? "text"
        : "server";
      record({ type: "underrun", sessionId, utteranceId: utterance.id, gapMs, cause });
      if (cause === "server") {
        const message = `utterance ${utterance.id}: no audio for ${Math.round(gapMs)} ms`;
        sink.send({ type: "warning", code: "underrun", message });
      }
    }
    this.#excusedGap = false;
  }

  #tellWords(utterance: Utterance, sentence: Sentence): void {
    if (!utterance.settings.words || sentence.toldWords === sentence.words.length) return;
    const offsetMs = this.#toMs(sentence.offsetSamples);
    const words = sentence.words.slice(sentence.toldWords).map((word) => ({
      text: sentence.text.slice(word.start, word.end),
      startMs: offsetMs + word.startMs,
      endMs: offsetMs + word.endMs,
    }));
    sentence.toldWords = sentence.words.length;
    this.#options.sink.send({
      type: "words",
      utteranceId: utterance.id,
      index: sentence.index,
      words,
    });
  }

  #toMs(samples: number): number {
    return samples * 1000 / this.#options.shape.sampleRate;
  }
}
