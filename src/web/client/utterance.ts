/**
 * One reply: its text, how far it was said over one connection or several, and what was heard.
 *
 * @module
 */

import type { Heard, Outcome, Utterance, UtteranceEvents } from "./api.ts";
import { deferred } from "./deferred.ts";
import { Emitter } from "./emitter.ts";
import { heardEnd, splitText } from "./heard_text.ts";
import { Part } from "./part.ts";

/** How it is spoken; what is absent is as the session has it. */
export interface VoiceSettings {
  readonly voice: string | undefined;
  readonly speed: number | undefined;
}

/**
 * After a lost connection the next one goes on with the first sentence whose audio has not come
 * whole. The audio of those before it is here and will be heard; what has come of that sentence is
 * thrown away, and if its beginning was heard already, it is heard again from its beginning.
 */
export class SpokenUtterance implements Utterance {
  readonly id: string;
  readonly settings: VoiceSettings;
  readonly heard: Promise<Heard>;
  /** One for each connection that was given some of it. */
  readonly parts: Part[] = [];
  readonly #emitter = new Emitter<UtteranceEvents>();
  readonly #heard = deferred<Heard>();
  #text = "";
  #isFinal = false;
  #isSaid = false;
  #isOver = false;
  /** Set while a part is with a connection. */
  #current: Part | undefined;

  constructor(id: string, settings: VoiceSettings) {
    this.id = id;
    this.settings = settings;
    this.heard = this.#heard.promise;
  }

  get text(): string {
    return this.#text;
  }

  get playedMs(): number {
    return this.parts.reduce((sum, part) => sum + part.playedMs, 0);
  }

  /** True once no more text comes. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** True once all of its audio is here, or none of it will come. */
  get isSaid(): boolean {
    return this.#isSaid;
  }

  /** True once it was interrupted, or all of it was heard; then nothing of it is played any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The part that is with the connection. */
  get current(): Part | undefined {
    return this.#current;
  }

  /** The text whose audio is not all here. */
  get rest(): string {
    return this.#text.slice(this.parts.at(-1)?.completeEnd ?? 0);
  }

  on<Type extends keyof UtteranceEvents>(
    type: Type,
    listener: (event: UtteranceEvents[Type]) => void,
  ): () => void {
    return this.#emitter.on(type, listener);
  }

  emit<Type extends keyof UtteranceEvents>(type: Type, event: UtteranceEvents[Type]): void {
    this.#emitter.emit(type, event);
  }

  append(text: string): void {
    this.#text += text;
  }

  /** No more text will come. */
  finish(): void {
    this.#isFinal = true;
    this.#checkSaid();
  }

  /** Gives the rest of the text to a connection. */
  open(track: number): Part {
    const last = this.parts.at(-1);
    const part = new Part({
      track,
      start: last?.completeEnd ?? 0,
      firstIndex: last?.nextIndex ?? 0,
    });
    this.parts.push(part);
    this.#current = part;
    return part;
  }

  /** The server has said all of it. */
  end(): void {
    this.#isSaid = true;
    this.#current = undefined;
  }

  /** The connection is gone. Returns the part that it had, if it had not ended. */
  lose(): Part | undefined {
    const part = this.#current;
    if (part === undefined) return undefined;
    this.#current = undefined;
    this.#checkSaid();
    return part;
  }

  /** Nothing of it is said or played any more. To be followed by {@linkcode settle}. */
  stop(): void {
    this.#isOver = true;
    this.#isSaid = true;
    this.#isFinal = true;
    this.#current = undefined;
  }

  /** How it ended, if it was played to its end. */
  get outcome(): Outcome {
    const sentences = this.parts.flatMap((part) => part.sentences);
    const speakable = sentences.filter(({ text }) => text !== "");
    const isFailed = speakable.length > 0 && speakable.every((sentence) => sentence.isFailed);
    return isFailed ? "failed" : "completed";
  }

  /** Tells how it ended, once. `end`: position in the text up to which it was heard, if known. */
  settle(outcome: Outcome, end = heardEnd(this.parts, this.#text)): Heard {
    const heard = { ...splitText(this.parts, this.#text, end), playedMs: this.playedMs, outcome };
    this.#heard.resolve(heard);
    this.emit("ended", heard);
    return heard;
  }

  /** With no text left there is nothing that a connection would be needed for. */
  #checkSaid(): void {
    if (this.#isFinal && this.#current === undefined && this.rest.trim() === "") {
      this.#isSaid = true;
    }
  }
}
