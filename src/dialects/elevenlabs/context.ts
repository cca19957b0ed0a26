/**
 * What has to be remembered of one context, or of a connection without contexts: what it is to say,
 * what of that was flushed, and what was sent.
 *
 * @module
 */

import type { Command, Problem } from "../../speech/types.ts";
import type { WireEvent } from "../dialect.ts";
import { AlignmentTracker } from "./alignment.ts";
import { ChunkCutter, defaultSchedule, isPhrase, type Schedule } from "./chunk_schedule.ts";
import { audioMessage, errorMessage, finalMessage } from "./server_message.ts";

/** Options of {@linkcode Context}. */
export interface ContextOptions {
  /** Speak each phrase as it comes. */
  readonly autoMode: boolean;
  /** Count the times of characters from the start of the audio. */
  readonly syncAlignment: boolean;
  /** Whether the audio is a file, which is whole only at the end of an utterance. */
  readonly isFile: boolean;
  /**
   * Whether one reply comes after the other, each of which is an utterance: text that comes when all
   * before it was flushed and sent begins a new one.
   */
  readonly hasReplies: boolean;
}

/** What comes with a text. */
export interface TextOptions {
  /** Speak all that there is. */
  readonly flush: boolean;
  /** Speak what there is, if it is not too little. */
  readonly tryTrigger: boolean;
}

/** The utterance that takes text. */
interface OpenUtterance {
  /** Characters of its text. */
  length: number;
  /** Those up to the last that is no white space: what there is to be spoken. */
  wantedLength: number;
  /** Those that have been spoken, with all their audio sent. */
  spokenLength: number;
  /** Whether there is text that was not flushed. */
  isUnflushed: boolean;
  /** The last sentence of the text that was flushed; -1 for none. */
  flushedIndex: number;
  /** The last sentence that was sent; -1 for none. */
  sentIndex: number;
}

const NO_AUDIO = new Uint8Array(0);

const CUT_OFF: Problem = {
  code: "overloaded",
  message: "the server is about to stop, and has cut the speech off",
};

/** See the module. */
export class Context {
  /** Whether there is a session. */
  hasSession = false;
  readonly #options: ContextOptions;
  readonly #alignment = new AlignmentTracker();
  #cutter = new ChunkCutter(defaultSchedule);
  #open: OpenUtterance | undefined;
  /** Ids of the utterances that have not ended; the first is being spoken. */
  readonly #live: string[] = [];
  /** For each flush that was not yet taken whether it is the client's. */
  readonly #flushes: boolean[] = [];
  /** End of the sentence that is on, in its utterance's text. */
  #sentenceEnd = 0;
  /** The last sentence that the client is to hear of a context that it has closed. */
  #lastIndex: number | undefined;
  #isTold = false;
  /** Whether its client wants it to be cut off. */
  #isStopped = false;
  /** Whether it was cut off all the same. */
  #isCut = false;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  /** Whether its client has been told its end, or an error: nothing more is told then. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** Cuts text without an end in sight by another schedule from now on. */
  follow(schedule: Schedule): void {
    this.#cutter = new ChunkCutter(schedule);
  }

  /** Says text, possibly none. */
  say(text: string, { flush, tryTrigger }: TextOptions): Command[] {
    const commands = this.#append(text, tryTrigger);
    if (flush) commands.push(...this.#flush());
    // Silence too says that the client is there.
    return commands.length > 0 ? commands : [{ type: "ping" }];
  }

  /** No more text comes: what was flushed is said, and nothing else. */
  close(): Command[] {
    if (this.#isSaid || !this.#open?.isUnflushed) return [{ type: "close" }];
    const { flushedIndex, sentIndex } = this.#open;
    if (this.#live.length > 1) {
      this.#isStopped = true;
      // What was flushed is in the utterances before.
      return [{ type: "barge_in", utteranceId: this.#live.at(-1)! }, { type: "close" }];
    }
    if (flushedIndex <= sentIndex) return this.stop();
    this.#lastIndex = flushedIndex;
    return [{ type: "close" }];
  }

  /** Nothing more is said. */
  stop(): Command[] {
    this.#isStopped = true;
    return this.#isSaid ? [{ type: "close" }] : [{ type: "barge_in" }, { type: "close" }];
  }

  /** The messages that tell an event. */
  encode(event: WireEvent): object[] {
    this.#note(event);
    if (this.#isTold) return [];
    switch (event.type) {
      case "audio":
        return [this.#output(event.bytes)];
      case "sentence_ended":
        return [
          ...(this.#alignment.isWaiting ? [this.#output(NO_AUDIO)] : []),
          ...(event.index === this.#lastIndex ? this.end() : []),
        ];
      case "error":
        this.#isTold = true;
        return [errorMessage(event.problem)];
      default:
        // ElevenLabs has no words for it.
        return [];
    }
  }

  /** Its session is over. */
  end(): object[] {
    if (this.#isTold) return [];
    this.#isTold = true;
    return [this.#isCut ? errorMessage(CUT_OFF) : finalMessage()];
  }

  /** Whether all text has been spoken and sent. */
  get #isSaid(): boolean {
    if (this.#open === undefined) return this.#live.length === 0;
    return this.#live.length === 1 && this.#open.spokenLength >= this.#open.wantedLength;
  }

  #append(text: string, tryTrigger: boolean): Command[] {
    const isNewReply = this.#options.hasReplies && this.#isSaid && !this.#open?.isUnflushed;
    const isBlank = text.trim() === "";
    if (text === "" || (isBlank && (this.#open === undefined || isNewReply))) return [];
    const commands: Command[] = isNewReply ? this.#endUtterance() : [];
    this.#grow(text, isBlank);
    return [...commands, ...this.#speak(text, this.#cut(text, tryTrigger))];
  }

  #grow(text: string, isBlank: boolean): void {
    this.#alignment.append(text, { opens: this.#open === undefined });
    const open = this.#open ??= newUtterance();
    if (!isBlank) {
      open.wantedLength = open.length + text.trimEnd().length;
      open.isUnflushed = true;
    }
    open.length += text.length;
  }

  /** Index in the text up to which all that waits is to be spoken; -1 for none. */
  #cut(text: string, tryTrigger: boolean): number {
    if (!this.#options.autoMode) return this.#cutter.push(text, tryTrigger);
    return isPhrase(text) ? text.length : -1;
  }

  #speak(text: string, cut: number): Command[] {
    if (cut < 0) return [textCommand(text)];
    this.#flushes.push(false);
    const rest = text.slice(cut);
    return [
      ...(cut > 0 ? [textCommand(text.slice(0, cut))] : []),
      { type: "flush" },
      ...(rest === "" ? [] : [textCommand(rest)]),
    ];
  }

  #flush(): Command[] {
    if (this.#open === undefined) return [];
    this.#cutter.flush();
    if (this.#options.isFile) return this.#endUtterance();
    this.#open.isUnflushed = false;
    this.#flushes.push(true);
    return [{ type: "flush" }];
  }

  /** The utterance takes no more text. */
  #endUtterance(): Command[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return [{ type: "end" }];
  }

  #note(event: WireEvent): void {
    this.#alignment.note(event);
    switch (event.type) {
      case "session_started":
        this.hasSession = true;
        break;
      case "utterance_started":
        this.#live.push(event.utteranceId);
        break;
      case "utterance_ended":
        this.#live.shift();
        this.#isCut ||= event.outcome === "interrupted" && !this.#isStopped;
        break;
      case "flushed":
        if (this.#flushes.shift() && this.#open) this.#open.flushedIndex = event.lastIndex;
        break;
      case "sentence_started":
        this.#sentenceEnd = event.sourceEnd;
        break;
      case "sentence_ended":
        this.#noteSentence(event.index);
    }
  }

  #noteSentence(index: number): void {
    // A sentence of an utterance that takes no more text is of no interest.
    if (this.#open === undefined || this.#live.length > 1) return;
    this.#open.sentIndex = index;
    this.#open.spokenLength = this.#sentenceEnd;
  }

  #output(bytes: Uint8Array<ArrayBuffer>): object {
    const { syncAlignment: fromStart } = this.#options;
    return audioMessage(bytes, this.#alignment.take(), { fromStart });
  }
}

function newUtterance(): OpenUtterance {
  return {
    length: 0,
    wantedLength: 0,
    spokenLength: 0,
    isUnflushed: false,
    flushedIndex: -1,
    sentIndex: -1,
  };
}

function textCommand(text: string): Command {
  return { type: "text", text, final: false };
}
