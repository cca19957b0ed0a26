/**
 * One run of `say`: text to the server, audio to the sink, until all is said or the listener
 * interrupts.
 *
 * @module
 */

import { AudioQueue } from "./audio_queue.ts";
import type { AudioSink } from "./audio_sink.ts";
import type { SessionClient } from "./client.ts";
import { TextFeed } from "./feed.ts";
import type { BargeIn, ServerMessage, UtteranceEnded } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { Requests } from "./requests.ts";

/** Options of {@linkcode Conversation}. */
export interface ConversationOptions {
  readonly client: SessionClient;
  readonly text: AsyncIterable<string>;
  readonly sink: AudioSink;
  readonly progress: Progress;
  /** Told of every text message of the server, in order. */
  readonly onMessage: (message: ServerMessage) => void;
  /** When the command was given (`performance.now()`, ms). */
  readonly startedAt: number;
}

/** Exit codes. */
export const EXIT = { said: 0, failed: 1, badFlags: 2, interrupted: 130 } as const;

/** Longest wait for the answer to an interruption, in ms. */
const BARGE_IN_TIMEOUT_MS = 3_000;

/** A session is kept alive by as many messages in the time after which it would be idle. */
const KEEP_ALIVES = 3;

/** Says a text. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #requests: Requests;
  readonly #feed: TextFeed;
  readonly #audio: AudioQueue;
  /** Resolves when everything is spoken or nothing more can be; with what went wrong, if it did. */
  readonly #spoken = Promise.withResolvers<Error | undefined>();
  /** Resolves when the listener interrupts. */
  readonly #interruption = Promise.withResolvers<undefined>();
  /** The answer to an interruption; undefined when none came. */
  readonly #bargeIn = Promise.withResolvers<BargeIn | undefined>();
  /** Audio received before each utterance, in ms. */
  readonly #utteranceStarts: number[] = [];
  #feeding: Promise<void> | undefined;
  #hasFed = false;
  #ended = 0;
  #hasFailed = false;
  #receivedMs = 0;
  #firstAudioAt: number | undefined;
  #isInterrupted = false;

  constructor(options: ConversationOptions) {
    const { client, sink, text } = options;
    this.#options = options;
    this.#requests = new Requests((message) => client.send(message));
    this.#feed = new TextFeed({
      source: text,
      requests: this.#requests,
      limits: client.session.limits,
    });
    this.#audio = new AudioQueue({
      sink,
      requests: this.#requests,
      onError: (error) => this.#spoken.resolve(asError(error)),
    });
  }

  /** Says everything, and gives the exit code. Errors are shown, not thrown. */
  async run(): Promise<number> {
    const { client } = this.#options;
    const { idle_timeout_ms } = client.session.limits;
    const keepAlive = setInterval(
      () => void this.#requests.request(),
      Math.max(100, idle_timeout_ms / KEEP_ALIVES),
    );
    const receiving = this.#receiveAll();
    this.#feeding = this.#feedAll();
    const code = await Promise.race([this.#speak(), this.#interruption.promise]) ??
      await this.#answerInterruption();
    clearInterval(keepAlive);
    await client.close();
    await receiving;
    return code;
  }

  /** Stops everything now; {@linkcode run} reports what was heard, and ends. Idempotent. */
  interrupt(): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    const { sink, client } = this.#options;
    sink.interrupt?.();
    this.#feed.stop();
    this.#requests.stop();
    const playedMs = sink.playedMs;
    client.send({
      type: "barge_in",
      ...(playedMs === undefined ? {} : { played_ms: this.#playedOfUtterance(playedMs) }),
    });
    this.#interruption.resolve(undefined);
  }

  /** The position within the utterance that is heard at `playedMs` of all audio. */
  #playedOfUtterance(playedMs: number): number {
    const start = this.#utteranceStarts.findLast((start) => start <= playedMs) ?? 0;
    return Math.round(Math.max(0, playedMs - start));
  }

  async #speak(): Promise<number> {
    const { sink, progress, startedAt } = this.#options;
    const problem = await this.#spoken.promise;
    if (this.#isInterrupted) return EXIT.interrupted;
    if (problem !== undefined) progress.problem(problem.message);
    try {
      await this.#audio.end();
      await sink.close();
    } catch (error) {
      if (problem === undefined) progress.problem(asError(error).message);
      return EXIT.failed;
    }
    if (this.#isInterrupted) return EXIT.interrupted;
    progress.summary({
      startedAt,
      firstTextAt: this.#feed.startedAt,
      firstAudioAt: this.#firstAudioAt,
    });
    return problem !== undefined || this.#hasFailed ? EXIT.failed : EXIT.said;
  }

  async #answerInterruption(): Promise<number> {
    const { sink, progress } = this.#options;
    const timer = setTimeout(() => this.#bargeIn.resolve(undefined), BARGE_IN_TIMEOUT_MS);
    const report = await this.#bargeIn.promise;
    clearTimeout(timer);
    // What was on its way is known to have been taken or not when the answer has come.
    if (report !== undefined) await this.#feeding;
    if (report !== undefined) progress.interrupted(report, this.#feed.unsentText);
    else progress.problem("interrupted; the server did not tell what was heard");
    try {
      await this.#audio.end();
      await sink.close();
    } catch (error) {
      progress.problem(asError(error).message);
    }
    return EXIT.interrupted;
  }

  async #feedAll(): Promise<void> {
    try {
      await this.#feed.run();
      this.#hasFed = true;
      this.#checkSpoken();
    } catch (error) {
      this.#spoken.resolve(asError(error));
    }
  }

  async #receiveAll(): Promise<void> {
    const { client } = this.#options;
    try {
      for await (const received of client) {
        if (received instanceof Uint8Array) this.#receiveAudio(received);
        else this.#receive(received);
      }
    } catch (error) {
      this.#spoken.resolve(asError(error));
    }
    this.#requests.close();
    this.#bargeIn.resolve(undefined);
    this.#spoken.resolve(
      new Error(`the connection ended before all was said (code ${client.closeCode})`),
    );
  }

  #receiveAudio(bytes: Uint8Array<ArrayBuffer>): void {
    this.#firstAudioAt ??= performance.now();
    this.#receivedMs += this.#durationMs(bytes);
    this.#audio.push(bytes);
  }

  #durationMs({ length }: Uint8Array): number {
    const { encoding, sample_rate } = this.#options.client.session;
    return length / (encoding === "pcm_s16le" ? 2 : 1) * 1000 / sample_rate;
  }

  #receive(message: ServerMessage): void {
    const { progress, onMessage } = this.#options;
    onMessage(message);
    this.#requests.note(message);
    switch (message.type) {
      case "sentence_started":
        if (message.index === 0) this.#utteranceStarts.push(this.#receivedMs);
        this.#feed.noteSentence(message);
        return progress.sentenceStarted(message);
      case "sentence_ended":
        return progress.sentenceEnded(message);
      case "utterance_ended":
        return this.#noteEnded(message);
      case "barge_in":
        return this.#bargeIn.resolve(message);
      case "warning":
        return progress.note(`warning: ${message.message}`);
      case "draining":
        return progress.note(`The server stops in ${Math.ceil(message.deadline_ms / 1000)} s.`);
      case "error":
        // The others are refusals, which are handled, or failed sentences, which are told of.
        if (message.fatal) this.#spoken.resolve(new Error(`${message.message} (${message.code})`));
    }
  }

  #noteEnded(message: UtteranceEnded): void {
    this.#options.progress.utteranceEnded(message);
    this.#ended++;
    if (message.outcome === "interrupted") {
      this.#spoken.resolve(new Error("the server interrupted what was being said"));
    } else if (message.outcome === "failed") {
      this.#hasFailed = true;
    }
    this.#checkSpoken();
  }

  #checkSpoken(): void {
    if (this.#hasFed && this.#ended === this.#feed.opened) this.#spoken.resolve(undefined);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
