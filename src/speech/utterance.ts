/**
 * One reply being said: the unit of interruption, and the only state machine of the core.
 *
 * @module
 */

import type { Piece, Segmenter } from "./segmenter/segmenter.ts";
import type { TextCleaner } from "./cleaning/cleaner.ts";
import { heardEnd } from "./heard_text.ts";
import { type AudioShape, Sentence } from "./sentence.ts";
import type { HeardUtterance, Outcome, SpeechSettings } from "./types.ts";

/** `open`: text may come; `finishing`: no more text; `ended`: over, once and for all. */
export type UtteranceState =
  | { readonly state: "open"; readonly segmenter: Segmenter; readonly cleaner: TextCleaner }
  | { readonly state: "finishing" }
  | { readonly state: "ended"; readonly outcome: Outcome };

/** What an utterance is made of. */
export interface UtteranceOptions {
  readonly id: string;
  /** Place among the session's utterances, from 1. */
  readonly number: number;
  readonly settings: SpeechSettings;
  readonly segmenter: Segmenter;
  readonly cleaner: TextCleaner;
  readonly shape: AudioShape;
  readonly maxSentenceMs: number;
  /** Clock time of its first text, ms. */
  readonly startedAt: number;
}

/** Text in, sentences out, one outcome. */
export class Utterance {
  readonly id: string;
  readonly number: number;
  readonly settings: SpeechSettings;
  readonly startedAt: number;
  /** All sentences so far, in order. */
  readonly sentences: Sentence[] = [];
  /** Samples handed to the client. */
  sentSamples = 0;
  /** Clock time of the first frame sent. */
  firstAudioAt: number | undefined;
  failedSentences = 0;
  /** Index of the first sentence that playout is not done with. */
  playIndex = 0;
  /** Sentences taken by a worker that playout is not done with. */
  readonly outstanding: Sentence[] = [];
  readonly #shape: AudioShape;
  readonly #maxSentenceMs: number;
  readonly #controller = new AbortController();
  /** Holds what text goes through only while there may be any: many are kept that have ended. */
  #state: UtteranceState;
  #text = "";
  #takeIndex = 0;
  #untakenCharacters = 0;

  constructor(options: UtteranceOptions) {
    const { segmenter, cleaner } = options;
    this.#state = { state: "open", segmenter, cleaner };
    this.#shape = options.shape;
    this.#maxSentenceMs = options.maxSentenceMs;
    this.id = options.id;
    this.number = options.number;
    this.settings = options.settings;
    this.startedAt = options.startedAt;
  }

  get state(): UtteranceState["state"] {
    return this.#state.state;
  }

  get outcome(): Outcome | undefined {
    return this.#state.state === "ended" ? this.#state.outcome : undefined;
  }

  /** Aborts when the utterance is interrupted. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The whole source text so far. */
  get text(): string {
    return this.#text;
  }

  /** Characters accepted that no worker has taken yet. */
  get pendingCharacters(): number {
    return this.#untakenCharacters + this.#bufferedCharacters;
  }

  /** Appends text, if it is open, and gives the sentences that it completed. */
  append(text: string, now: number): Sentence[] {
    return this.#adopt(now, (segmenter) => {
      this.#text += text;
      return segmenter.push(text);
    });
  }

  /** Gives what is buffered, sentence end or not. */
  flush(now: number): Sentence[] {
    return this.#adopt(now, (segmenter) => segmenter.flush());
  }

  /** The stream fell silent: gives what can be spoken without harm. */
  releaseStalled(now: number): Sentence[] {
    return this.#adopt(now, (segmenter) => segmenter.releaseStalled());
  }

  /** No more text will come. Gives what was buffered. */
  finish(now: number): Sentence[] {
    const sentences = this.flush(now);
    if (this.#state.state === "open") this.#state = { state: "finishing" };
    return sentences;
  }

  /** Whether text is waiting that a stalled stream would release. */
  get hasBufferedText(): boolean {
    return this.#bufferedCharacters > 0;
  }

  /** The next sentence to be synthesised, still in its place. */
  get nextToTake(): Sentence | undefined {
    // Asked for every message of audio, and most often all are taken: reading beyond the end is slow.
    for (; this.#takeIndex < this.sentences.length; this.#takeIndex++) {
      const sentence = this.sentences[this.#takeIndex]!;
      if (sentence.isSpeakable) return sentence;
    }
    return undefined;
  }

  /** Speakable sentences that no worker has taken, counted up to `limit`. */
  countUntaken(limit: number): number {
    if (this.nextToTake === undefined) return 0;
    let count = 0;
    for (let index = this.#takeIndex; index < this.sentences.length && count < limit; index++) {
      if (this.sentences[index]!.isSpeakable) count++;
    }
    return count;
  }

  /** Hands out {@linkcode nextToTake}. */
  take(): Sentence {
    const sentence = this.nextToTake!;
    this.#takeIndex++;
    this.#untakenCharacters -= sentence.sourceEnd - sentence.sourceStart;
    this.outstanding.push(sentence);
    return sentence;
  }

  /** Sentences that playout is not done with. */
  get unplayedSentences(): Sentence[] {
    return this.sentences.slice(this.playIndex);
  }

  /** Playout is done with the sentence at `playIndex`. */
  passSentence(): void {
    const sentence = this.sentences[this.playIndex++]!;
    if (this.outstanding[0] === sentence) this.outstanding.shift();
  }

  /** Whether playout has sent everything and nothing more will come. */
  get isSpoken(): boolean {
    return this.#state.state === "finishing" && this.playIndex === this.sentences.length;
  }

  /** Ends it after its last sample: failed when there was something to say and none could be. */
  complete(): Outcome {
    const speakable = this.sentences.filter((sentence) => sentence.isSpeakable).length;
    const outcome = speakable > 0 && this.failedSentences === speakable ? "failed" : "completed";
    return this.#end(outcome);
  }

  /** Ends it now: nothing of it is synthesised or sent any more. A second call changes nothing. */
  interrupt(): void {
    if (this.#state.state === "ended") return;
    this.#end("interrupted");
    this.#controller.abort(new DOMException("the utterance was interrupted", "AbortError"));
  }

  /** Frees the audio that will not be played. What was heard can still be asked. */
  discardAudio(): void {
    for (const sentence of this.outstanding) sentence.discard();
    this.outstanding.length = 0;
  }

  /** What was heard when `playedSamples` of it were played. */
  heard(playedSamples: number): HeardUtterance {
    const { sampleRate } = this.#shape;
    const end = heardEnd(this.#text, this.sentences, playedSamples, sampleRate);
    return {
      utteranceId: this.id,
      playedMs: playedSamples * 1000 / sampleRate,
      heardText: this.#text.slice(0, end),
      unheardText: this.#text.slice(end),
    };
  }

  #end(outcome: Outcome): Outcome {
    this.#state = { state: "ended", outcome };
    return outcome;
  }

  get #bufferedCharacters(): number {
    return this.#state.state === "open" ? this.#state.segmenter.pending : 0;
  }

  /** What the segmenter gives becomes sentences, while it is open. */
  #adopt(now: number, piecesOf: (segmenter: Segmenter) => readonly Piece[]): Sentence[] {
    if (this.#state.state !== "open") return [];
    const { segmenter, cleaner } = this.#state;
    return piecesOf(segmenter).map((piece) => {
      const sentence = new Sentence({
        index: this.sentences.length,
        clean: cleaner.clean(piece.text),
        sourceStart: piece.start,
        sourceEnd: piece.end,
        queuedAt: now,
        shape: this.#shape,
        maxAudioMs: this.#maxSentenceMs,
      });
      this.sentences.push(sentence);
      if (sentence.isSpeakable) this.#untakenCharacters += piece.end - piece.start;
      return sentence;
    });
  }
}
