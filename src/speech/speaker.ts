/**
 * What a session says: its utterances from text to audio, and the barge-in that stops them.
 *
 * @module
 */

import { locateListener, reportHeard } from "./barge_in.ts";
import { TextCleaner } from "./cleaning/cleaner.ts";
import { Listener } from "./listener.ts";
import { Lookahead } from "./lookahead.ts";
import { PlaybackWatch } from "./playback_watch.ts";
import { Playout } from "./playout.ts";
import { Segmenter } from "./segmenter/segmenter.ts";
import type { Sentence } from "./sentence.ts";
import type { SpeakerContext, SpeakerOptions } from "./speaker_options.ts";
import { StallTimers } from "./stall_timer.ts";
import { admitText } from "./text_admission.ts";
import type { SpeechSettings, TextCommand } from "./types.ts";
import { Utterance } from "./utterance.ts";
import { UtteranceLine } from "./utterance_line.ts";

/**
 * Bytes in the send buffer above which no audio is added while memory is short: half a second and more
 * of it, so that a client which reads does not notice.
 */
const SHORT_BUFFERED_BYTES = 32_768;

/** Speaks one session's utterances, one after the other. Times are clock times in ms. */
export class Speaker {
  /** Holds for the utterances opened from now on. */
  settings: SpeechSettings;
  readonly #context: SpeakerContext;
  readonly #options: SpeakerOptions;
  readonly #listener = new Listener();
  readonly #line: UtteranceLine;
  readonly #lookahead: Lookahead;
  readonly #playout: Playout;
  readonly #stalls: StallTimers<Utterance>;
  readonly #playback = new PlaybackWatch();
  #opened = 0;

  constructor(context: SpeakerContext, options: SpeakerOptions) {
    const { limits, ticker, turns, record, scheduler, recall, createResampler } = context;
    const { sessionId, tenant, shape, sink, onBlocked } = options;
    this.#context = context;
    this.#options = options;
    this.settings = options.settings;
    const listener = this.#listener;
    const lookahead = { sentences: limits.lookaheadSentences, ms: limits.lookaheadMs };
    this.#line = new UtteranceLine(listener, shape.sampleRate);
    const line = this.#line.live;
    this.#lookahead = new Lookahead({
      sessionId,
      tenant,
      limits: () => context.isShortOfMemory() ? { ...lookahead, sentences: 1 } : lookahead,
      line,
      listener,
      recall,
      createResampler: (voice) => createResampler(voice, shape.sampleRate),
      isPaused: () => this.#playout.isPaused,
      isPaced: () => this.settings.lead !== "unpaced",
      onTaken: (utterance, sentence, dueAt) => this.#noteTaken(utterance, sentence, dueAt),
      onAudio: () => this.#advance(),
    });
    this.#stalls = new StallTimers(context.clock, limits.stallMs, (utterance) => {
      this.#adopt(utterance, utterance.releaseStalled(context.clock.now()));
      this.#advance();
    });
    this.#playout = new Playout({
      sessionId,
      tenant,
      shape,
      sink,
      ticker,
      turns,
      listener,
      record,
      line,
      maxMessageMs: limits.maxMessageMs,
      maxBufferedBytes: () =>
        context.isShortOfMemory()
          ? Math.min(SHORT_BUFFERED_BYTES, limits.maxBufferedBytes)
          : limits.maxBufferedBytes,
      onSpoken: (utterance, now) => this.#complete(utterance, now),
      onProgress: () => {
        const hasMore = this.#lookahead.recall();
        scheduler.update(this.#lookahead);
        return hasMore;
      },
      onBlocked,
    });
    scheduler.add(this.#lookahead);
  }

  /** True when no utterance is live. */
  get isSilent(): boolean {
    return this.#line.live.length === 0;
  }

  /** True while there is audio to come without any further message of the client. */
  get isBusy(): boolean {
    return !this.#playout.isPaused &&
      this.#line.live.some((utterance) => utterance.playIndex < utterance.sentences.length);
  }

  /** Takes text, whole, or throws a `Refusal`. */
  text(command: TextCommand, now: number): void {
    const { text, utteranceId: id, final } = command;
    const found = id === undefined ? this.#line.unnamed : this.#line.find(id);
    const { tenant } = this.#options;
    const aheadMs = this.#listener.aheadMs(now);
    admitText({ ...this.#context, text, id, utterance: found, line: this.#line, tenant, aheadMs });
    const utterance = found ?? this.#open(command, now);
    this.#adopt(utterance, utterance.append(text, now));
    if (final) this.#finish(utterance, now);
    else if (utterance.hasBufferedText) this.#stalls.touch(utterance);
    this.#advance();
  }

  /** From now on text is taken for open utterances only. */
  takeNoNew(): void {
    this.#line.takesNew = false;
  }

  /** Speaks what is buffered, sentence end or not. */
  flush(id: string | undefined, now: number): void {
    const utterance = this.#line.demandOpen(id);
    this.#adopt(utterance, utterance.flush(now));
    const lastIndex = utterance.sentences.findLastIndex((sentence) => sentence.isSpeakable);
    this.#options.sink.send({ type: "flushed", utteranceId: utterance.id, lastIndex });
    this.#advance();
  }

  /** Takes no more text for an utterance, or, without an id, for the open one. */
  finish(id: string | undefined, now: number): void {
    this.#finish(this.#line.demandOpen(id), now);
    this.#advance();
  }

  /** Takes no more text for any utterance. */
  finishAll(now: number): void {
    for (const utterance of [...this.#line.live]) this.#finish(utterance, now);
    this.#advance();
  }

  /** Stops sending audio; synthesis goes on up to the look-ahead. */
  pause(): void {
    this.#playout.pause();
    this.#context.scheduler.update(this.#lookahead);
  }

  /** Goes on sending audio. */
  resume(now: number): void {
    this.#playout.resume(now);
    this.#context.scheduler.update(this.#lookahead);
  }

  /** Notes where the listener is. */
  notePlayback(utteranceId: string, playedMs: number, now: number): void {
    this.#line.demandKnown(utteranceId);
    const sent = this.#line.find(utteranceId)?.sentSamples ?? 0;
    const sentMs = sent * 1000 / this.#options.shape.sampleRate;
    const unplayedMs = this.#playout.isPaused ? 0 : sentMs - playedMs;
    const stillMs = this.#playback.note({ utteranceId, playedMs, at: now }, unplayedMs);
    if (stillMs >= this.#context.limits.maxBlockedMs) this.#options.onStandstill(stillMs);
  }

  /**
   * The listener interrupts: all utterances, or the one of that id, stop now. After this no frame of
   * them leaves. Always answered, also when nothing was being said.
   */
  bargeIn(id: string | undefined, playedMs: number | undefined, now: number): void {
    if (id !== undefined) this.#line.demandKnown(id);
    const wasSilent = this.isSilent;
    const report = this.#interrupt(id, playedMs, now);
    this.#context.record({ type: "barge_in", sessionId: this.#options.sessionId, ...report });
    this.#advance();
    if (!wasSilent && this.isSilent) this.#options.onSilent();
  }

  /**
   * Interrupts everything; nothing is left to happen. The client is told what it will not hear, as
   * after a barge-in.
   */
  end(): void {
    this.#context.scheduler.remove(this.#lookahead);
    if (!this.isSilent) this.#interrupt(undefined, undefined, this.#context.clock.now());
  }

  #interrupt(id: string | undefined, playedMs: number | undefined, now: number) {
    const { sampleRate } = this.#options.shape;
    const told = { utteranceId: id, playedMs, playback: this.#playback.report };
    const heard = locateListener(this.#line, told, sampleRate, now);
    const targets = [...heard.played.keys()].filter((utterance) =>
      (id === undefined || utterance.id === id) &&
      (utterance.state !== "ended" || heard.played.get(utterance)! < utterance.sentSamples)
    );
    const interrupted = targets.filter((utterance) => utterance.state !== "ended");
    for (const utterance of interrupted) utterance.interrupt();
    const report = reportHeard(targets, heard, sampleRate);
    this.#line.discard(targets, report.discardedMs, now);
    this.#playout.stop();
    const latencyMs = this.#context.clock.now() - now;
    this.#options.sink.send({ type: "barge_in", ...report, latencyMs });
    for (const utterance of interrupted) this.#tellEnded(utterance);
    return { latencyMs, discardedMs: report.discardedMs, utterances: targets.length };
  }

  #open({ utteranceId: id, traceparent }: TextCommand, now: number): Utterance {
    const { limits, segmentation, cleaning, record } = this.#context;
    const number = ++this.#opened;
    const utterance = new Utterance({
      id: id ?? this.#line.freeId(number),
      number,
      settings: this.settings,
      segmenter: new Segmenter(segmentation),
      cleaner: new TextCleaner(cleaning),
      shape: this.#options.shape,
      maxSentenceMs: limits.maxSentenceMs,
      startedAt: now,
    });
    this.#line.add(utterance, { unnamed: id === undefined });
    const { sessionId, sink } = this.#options;
    record({
      type: "utterance_started",
      sessionId,
      utteranceId: utterance.id,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    sink.send({ type: "utterance_started", utteranceId: utterance.id, number });
    return utterance;
  }

  #finish(utterance: Utterance, now: number): void {
    this.#adopt(utterance, utterance.finish(now));
    this.#stalls.stop(utterance);
  }

  /** Notes new sentences. */
  #adopt(utterance: Utterance, sentences: readonly Sentence[]): void {
    const { record } = this.#context;
    const { sessionId } = this.#options;
    for (const { index, text: { length: characters } } of sentences) {
      record({ type: "sentence_queued", sessionId, utteranceId: utterance.id, index, characters });
    }
  }

  #noteTaken(utterance: Utterance, sentence: Sentence, dueAt: number): void {
    const { clock, workload, record } = this.#context;
    const { sessionId, tenant } = this.#options;
    const now = clock.now();
    const lateMs = Math.max(0, now - dueAt);
    workload.note(tenant, lateMs);
    record({
      type: "sentence_taken",
      sessionId,
      tenantId: tenant.id,
      utteranceId: utterance.id,
      index: sentence.index,
      waitMs: now - sentence.queuedAt,
      lateMs,
      ...(sentence.isClosed ? { recalledMs: sentence.estimateUnsentMs(1) } : {}),
    });
  }

  /** Something changed: what can be sent is sent, and what can be synthesised is offered. */
  #advance(): void {
    this.#lookahead.recall();
    this.#playout.pump(this.#context.clock.now());
    this.#context.scheduler.update(this.#lookahead);
  }

  #complete(utterance: Utterance, now: number): void {
    utterance.complete();
    this.#line.remove(utterance, now);
    this.#tellEnded(utterance);
    if (this.isSilent) this.#options.onSilent();
  }

  /** The one place where an utterance's end is told; it has left the line. */
  #tellEnded(utterance: Utterance): void {
    this.#stalls.stop(utterance);
    const { sink, sessionId, shape } = this.#options;
    const { id: utteranceId, firstAudioAt } = utterance;
    const outcome = utterance.outcome!;
    const durationMs = utterance.sentSamples * 1000 / shape.sampleRate;
    const characters = utterance.text.length;
    sink.send({
      type: "utterance_ended",
      utteranceId,
      outcome,
      durationMs,
      sentences: utterance.sentences.length,
      failedSentences: utterance.failedSentences,
      characters,
      timeToFirstAudioMs: firstAudioAt === undefined ? null : firstAudioAt - utterance.startedAt,
    });
    const { record } = this.#context;
    for (const { index, sentSamples, lastSentAt } of utterance.unplayedSentences) {
      record({
        type: "sentence_ended",
        sessionId,
        utteranceId,
        index,
        outcome: "interrupted",
        audioMs: sentSamples * 1000 / shape.sampleRate,
        lastSentAt,
      });
    }
    record({
      type: "utterance_ended",
      sessionId,
      utteranceId,
      outcome,
      characters,
      audioMs: durationMs,
    });
  }
}
