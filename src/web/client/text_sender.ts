/**
 * The text of all utterances on its way to the server: in order, nothing lost and nothing doubled.
 *
 * While one message is on its way, what comes is collected for the next one. An utterance is sent
 * whole before the next one is begun, since they are spoken in the order in which they begin.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { ClientMessage, SessionStarted } from "./messages.ts";
import type { Part } from "./part.ts";
import { Pause } from "./pause.ts";
import type { Answer, Requests } from "./requests.ts";
import type { SpokenUtterance } from "./utterance.ts";

/** Options of {@linkcode TextSender}. */
export interface TextSenderOptions {
  readonly greeting: SessionStarted;
  readonly requests: Requests;
  readonly clock: Clock;
  /** Utterances that are not over, in the order in which they are to be spoken. */
  readonly utterances: readonly SpokenUtterance[];
  /** Opens a part of the utterance for this connection. */
  readonly open: (utterance: SpokenUtterance) => Part;
  /** The server will not take the utterance's text. */
  readonly onRefused: (utterance: SpokenUtterance) => void;
}

/** Refusals of what may be taken later. */
const LATER = ["overloaded", "rate_limited", "session_limit"];

/** Pause before refused text is sent again where the server names none, in ms. */
const RETRY_MS = 500;

/** Most bytes that JSON takes for a UTF-16 unit. */
const BYTES_PER_UNIT = 6;

/** Room for the rest of a `text` message, in bytes. */
const ENVELOPE_BYTES = 256;

/** An utterance that is being sent. */
interface Job {
  readonly utterance: SpokenUtterance;
  readonly part: Part;
}

/** What of it is in one message. */
interface Piece {
  readonly text: string;
  /** Whether it is the last. */
  readonly isFinal: boolean;
}

/** Sends over one connection. */
export class TextSender {
  readonly #options: TextSenderOptions;
  readonly #maxCharacters: number;
  readonly #pause: Pause;
  /** What the next utterance is spoken with, as the server knows it. */
  #settings: { readonly voice: string; readonly speed: number };
  #isRunning = false;
  #isStopped = false;
  #isDraining = false;
  #holds = 0;

  constructor(options: TextSenderOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock);
    const { voice, speed, limits } = options.greeting;
    this.#settings = { voice, speed };
    this.#maxCharacters = Math.max(
      1,
      Math.min(
        limits.max_text_characters,
        Math.floor(limits.max_pending_characters / 2),
        Math.floor((limits.max_message_bytes - ENVELOPE_BYTES) / BYTES_PER_UNIT),
      ),
    );
  }

  /** Sends what there is to send. To be called when there may be more. */
  wake(): void {
    if (!this.#isRunning) void this.#run();
  }

  /** Begins no more utterances; those begun are sent to their end. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Sends no more text until as many calls of {@linkcode release}. */
  hold(): void {
    this.#holds++;
  }

  /** Goes on. There may be room now: what was refused is tried again. */
  release(): void {
    this.#holds--;
    this.#pause.end();
    this.wake();
  }

  /** Sends nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#pause.end();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let job = this.#next(); job !== undefined; job = this.#next()) await this.#send(job);
    this.#isRunning = false;
  }

  /** The first utterance that is not sent whole; undefined when it has to wait for its text. */
  #next(): Job | undefined {
    if (this.#isStopped || this.#holds > 0) return undefined;
    const utterance = this.#options.utterances.find((utterance) =>
      !utterance.isSaid && utterance.current?.isEndSent !== true
    );
    if (utterance === undefined) return undefined;
    if (utterance.current === undefined && (this.#isDraining || utterance.rest === "")) {
      return undefined;
    }
    const job = { utterance, part: utterance.current ?? this.#options.open(utterance) };
    return this.#takePiece(job) === undefined ? undefined : job;
  }

  /** What can be sent of it now. */
  #takePiece({ utterance, part }: Job): Piece | undefined {
    if (this.#isStopped || this.#holds > 0 || utterance.current !== part) return undefined;
    const text = beginning(utterance.text.slice(part.sentEnd), this.#maxCharacters);
    const isFinal = utterance.isFinal && part.sentEnd + text.length === utterance.text.length;
    return text === "" && !isFinal ? undefined : { text, isFinal };
  }

  async #send(job: Job): Promise<void> {
    const { utterance, part } = job;
    if (!part.isKnown && !await this.#configure(job)) return;
    let piece: Piece | undefined;
    // What comes while the message waits for its turn goes with it.
    const answer = await this.#options.requests.request(() => {
      piece = this.#takePiece(job);
      return piece && messageOf(utterance.id, piece);
    });
    if (answer === "accepted") {
      part.sentEnd += piece!.text.length;
      part.isEndSent = piece!.isFinal;
    } else {
      await this.#refuse(utterance, answer);
    }
  }

  /** Sees to it that an utterance is begun with its own settings. False: not now. */
  async #configure({ utterance, part }: Job): Promise<boolean> {
    const { greeting, requests } = this.#options;
    const { voice = greeting.voice, speed = greeting.speed } = utterance.settings;
    if (voice === this.#settings.voice && speed === this.#settings.speed) return true;
    const answer = await requests.request(() =>
      utterance.current === part ? { type: "configure", voice, speed } : undefined
    );
    if (answer !== "accepted") {
      await this.#refuse(utterance, answer);
      return false;
    }
    this.#settings = { voice, speed };
    return true;
  }

  async #refuse(utterance: SpokenUtterance, answer: Exclude<Answer, "accepted">): Promise<void> {
    if (answer === "closed" || answer === "unsent") return;
    if (utterance.isOver || answer.fatal || this.#isStopped) return;
    if (!LATER.includes(answer.code)) return this.#options.onRefused(utterance);
    await this.#pause.wait(answer.retry_after_ms ?? RETRY_MS);
  }
}

function messageOf(utterance_id: string, { text, isFinal }: Piece): ClientMessage {
  return text === ""
    ? { type: "end", utterance_id }
    : { type: "text", text, utterance_id, final: isFinal };
}

/** The beginning of `text`, at most `maxUnits`, never half a surrogate pair. */
function beginning(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  const last = text.charCodeAt(maxUnits - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff && maxUnits > 1;
  return text.slice(0, isHalf ? maxUnits - 1 : maxUnits);
}
