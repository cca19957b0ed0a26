/**
 * Text on its way to the server: as it comes, in order, nothing lost and nothing doubled.
 *
 * @module
 */

import type { SentenceStarted, ServerError, SessionLimits } from "./messages.ts";
import type { Answer, Requests } from "./requests.ts";
import { messageCharacters, takePiece } from "./pieces.ts";

/** Options of {@linkcode TextFeed}. */
export interface TextFeedOptions {
  /** The text in pieces of any length. */
  readonly source: AsyncIterable<string>;
  readonly requests: Requests;
  readonly limits: SessionLimits;
}

/** Text may not be taken for good; the message is the server's. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Characters read ahead of what the server has taken; a source is not asked for more. */
const MAX_BUFFERED = 65_536;

/** Pause before refused text is sent again where the server names none, in ms. */
const RETRY_MS = 500;

/**
 * Says a whole input as one utterance, or, where it is longer than one may be, as several.
 *
 * While one message is on its way, what comes is collected for the next: a source of many small
 * pieces is sent in few messages.
 */
export class TextFeed {
  /** Utterances opened so far. */
  opened = 0;
  /** Clock time (`performance.now()`, ms) at which the first text was sent. */
  startedAt: number | undefined;
  readonly #options: TextFeedOptions;
  readonly #maxCharacters: number;
  #buffer = "";
  #sourceEnded = false;
  #sourceError: unknown;
  #isStopped = false;
  /** Characters of the open utterance that the server has taken; undefined when none is open. */
  #used: number | undefined;
  /** Characters of the session whose speaking has begun. */
  #spoken = 0;
  /** The end of the sentence last started, in its utterance's text. */
  #sentenceEnd = 0;
  /** Resolves when anything changes that a wait may be for. */
  #changed = Promise.withResolvers<void>();

  constructor(options: TextFeedOptions) {
    this.#options = options;
    this.#maxCharacters = messageCharacters(options.limits);
  }

  /** Text that was read and that the server has not taken. */
  get unsentText(): string {
    return this.#buffer;
  }

  /**
   * Sends everything and ends the utterance. Resolves early after {@linkcode stop} and when the
   * session is over.
   *
   * @throws {RefusedError} if the server refuses for good.
   * @throws whatever the source throws.
   */
  async run(): Promise<void> {
    void this.#read();
    while (!this.#isStopped) {
      if (this.#buffer !== "") await this.#sendPiece();
      else if (this.#sourceError !== undefined) throw this.#sourceError;
      else if (this.#sourceEnded) return await this.#endUtterance();
      else await this.#changed.promise;
    }
  }

  /** Sends nothing any more. What is on its way still counts as sent if the server takes it. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  /** To be told of every sentence that starts. */
  noteSentence({ index, source_end }: SentenceStarted): void {
    if (index === 0) this.#sentenceEnd = 0;
    this.#spoken += source_end - this.#sentenceEnd;
    this.#sentenceEnd = source_end;
    this.#wake();
  }

  async #read(): Promise<void> {
    try {
      for await (const text of this.#options.source) {
        this.#buffer += text;
        this.#wake();
        while (this.#buffer.length >= MAX_BUFFERED && !this.#isStopped) await this.#changed.promise;
        if (this.#isStopped) return;
      }
    } catch (error) {
      this.#sourceError = error;
    } finally {
      this.#sourceEnded = true;
      this.#wake();
    }
  }

  async #sendPiece(): Promise<void> {
    const piece = takePiece(this.#buffer, {
      message: this.#maxCharacters,
      utterance: this.#options.limits.max_utterance_characters,
      used: this.#used ?? 0,
    });
    if (piece === "") return await this.#endUtterance();
    if (this.#used === undefined) {
      this.#used = 0;
      this.opened++;
    }
    this.startedAt ??= performance.now();
    const text = { type: "text", text: piece, utterance_id: `say-${this.opened}` } as const;
    if (!await this.#isTaken(await this.#options.requests.request(text), piece.length)) return;
    this.#buffer = this.#buffer.slice(piece.length);
    this.#used += piece.length;
    this.#wake();
  }

  async #endUtterance(): Promise<void> {
    while (this.#used !== undefined && !this.#isStopped) {
      const end = { type: "end", utterance_id: `say-${this.opened}` } as const;
      if (await this.#isTaken(await this.#options.requests.request(end), 0)) {
        this.#used = undefined;
      }
    }
  }

  /** False: not yet, but it may be tried again now. */
  async #isTaken(answer: Answer, characters: number): Promise<boolean> {
    if (answer.outcome === "accepted") return true;
    if (answer.outcome === "closed") this.stop();
    else await this.#waitForRoom(answer.error, characters);
    return false;
  }

  /**
   * Waits as long as the server says. It reckons with somebody who listens; when audio is not paced
   * there is room much earlier, at latest when as many characters have been spoken.
   */
  async #waitForRoom(error: ServerError, characters: number): Promise<void> {
    if (error.code !== "overloaded" && error.code !== "rate_limited") {
      throw new RefusedError(`the server refused the text: ${error.message} (${error.code})`);
    }
    const enough = error.code === "overloaded" && characters > 0
      ? this.#spoken + characters
      : Infinity;
    let isTimeUp = false;
    const timer = setTimeout(() => {
      isTimeUp = true;
      this.#wake();
    }, error.retry_after_ms ?? RETRY_MS);
    while (!isTimeUp && this.#spoken < enough && !this.#isStopped) await this.#changed.promise;
    clearTimeout(timer);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
