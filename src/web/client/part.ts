/**
 * What one connection was given to say of an utterance, and how far it came.
 *
 * @module
 */

import type { SentenceEnded, SentenceStarted, Words } from "./messages.ts";
import { placeWord, type TextRange } from "./word_places.ts";

/** A word: its range in the utterance's text, and when it is spoken, in ms of the part's audio. */
export interface Word extends TextRange {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A sentence. */
export interface Sentence extends TextRange {
  /** Place in the utterance. */
  readonly index: number;
  readonly text: string;
  /** Where its audio begins in the part's audio. */
  readonly offsetMs: number;
  /** Where its audio ends; undefined until all of it has come. */
  endMs: number | undefined;
  isFailed: boolean;
  readonly words: Word[];
}

/** What began to be heard. */
export type Begun =
  | { readonly type: "sentence"; readonly sentence: Sentence }
  | { readonly type: "word"; readonly sentence: Sentence; readonly word: Word };

/** What a part is made of. */
export interface PartOptions {
  /** Names its audio for the player. */
  readonly track: number;
  /** Where it begins in the utterance's text. */
  readonly start: number;
  /** Place of its first sentence in the utterance. */
  readonly firstIndex: number;
}

/** Times are ms of the part's audio; positions are in the utterance's text. */
export class Part {
  readonly track: number;
  readonly start: number;
  /** The text before this was handed to the connection and taken by the server. */
  sentEnd: number;
  /** Whether the server knows that no more text comes. */
  isEndSent = false;
  /** The number that its audio carries; 0 until the server has opened it. */
  number = 0;
  /** Audio that has come. */
  writtenMs = 0;
  /** Audio that the listener has heard. */
  playedMs = 0;
  /** Whether all of its audio was heard, and no more of it comes. */
  isHeard = false;
  readonly sentences: Sentence[] = [];
  readonly #firstIndex: number;
  #begunSentences = 0;
  /** Words begun of the last sentence begun. */
  #begunWords = 0;

  constructor(options: PartOptions) {
    this.track = options.track;
    this.start = this.sentEnd = options.start;
    this.#firstIndex = options.firstIndex;
  }

  /** Whether the server has opened it. */
  get isKnown(): boolean {
    return this.number > 0;
  }

  /** The end of the last sentence whose audio has come whole, or that could not be spoken. */
  get completeEnd(): number {
    return this.sentences.findLast(({ endMs }) => endMs !== undefined)?.end ?? this.start;
  }

  /** The sentence whose audio is still coming. */
  get incomplete(): Sentence | undefined {
    const last = this.sentences.at(-1);
    return last?.endMs === undefined ? last : undefined;
  }

  /** Place in the utterance of the sentence that comes after the last complete one. */
  get nextIndex(): number {
    const incomplete = this.incomplete === undefined ? 0 : 1;
    return this.#firstIndex + this.sentences.length - incomplete;
  }

  startSentence(message: SentenceStarted): void {
    this.sentences.push({
      index: this.#firstIndex + this.sentences.length,
      text: message.text,
      start: this.start + message.source_start,
      end: this.start + message.source_end,
      offsetMs: message.offset_ms,
      endMs: undefined,
      isFailed: false,
      words: [],
    });
  }

  /** Notes when words are spoken; `text` is the utterance's. */
  addWords({ words }: Words, text: string): void {
    const sentence = this.sentences.at(-1);
    if (sentence === undefined) return;
    for (const word of words) {
      const start = sentence.words.at(-1)?.end ?? sentence.start;
      const range = placeWord(text, { start, end: sentence.end }, word.text);
      sentence.words.push({
        ...range,
        text: word.text,
        startMs: word.start_ms,
        endMs: word.end_ms,
      });
    }
  }

  endSentence(message: SentenceEnded): void {
    const sentence = this.sentences.at(-1);
    if (sentence === undefined) return;
    sentence.endMs = sentence.offsetMs + message.duration_ms;
    sentence.isFailed = message.status === "failed";
  }

  /** What has begun to be heard since the last call. */
  takeBegun(): Begun[] {
    const begun: Begun[] = [];
    for (;;) {
      this.#takeWords(begun);
      const sentence = this.sentences[this.#begunSentences];
      if (sentence === undefined || this.playedMs <= sentence.offsetMs) return begun;
      this.#begunSentences++;
      this.#begunWords = 0;
      if (sentence.text !== "") begun.push({ type: "sentence", sentence });
    }
  }

  #takeWords(begun: Begun[]): void {
    const sentence = this.sentences[this.#begunSentences - 1];
    if (sentence === undefined) return;
    for (const word of sentence.words.slice(this.#begunWords)) {
      if (this.playedMs <= word.startMs) return;
      this.#begunWords++;
      begun.push({ type: "word", sentence, word });
    }
  }
}
