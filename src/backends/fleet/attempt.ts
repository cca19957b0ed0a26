/**
 * One synthesis on one member, under deadlines.
 *
 * It ends when its stream ends, fails, takes too long or is not wanted any more; a member that
 * ignores the cancellation is left behind, so that it can hold nobody up.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { samplesToMs } from "../../lib/pcm/duration.ts";
import type { AudioChunk, SynthesisRequest } from "../../speech/backend.ts";
import type { OnFleetEvent, RequestCode } from "./events.ts";
import type { Link } from "./link.ts";
import { MemberError, type SynthesisCall, toMemberError } from "./member.ts";
import type { Seat } from "./seats.ts";

/** Options of {@linkcode Attempt}. */
export interface AttemptOptions {
  readonly clock: Clock;
  readonly seat: Seat;
  readonly request: SynthesisRequest;
  readonly metadata: SynthesisCall["metadata"];
  /** Hz. */
  readonly sampleRate: number;
  /** Longest wait for the first audio, in ms. */
  readonly firstChunkTimeoutMs: number;
  /** Longest wait for the next audio or the end, in ms. */
  readonly chunkTimeoutMs: number;
  /** Aborts when the sentence is not wanted any more. */
  readonly signal: AbortSignal;
  readonly onEvent: OnFleetEvent;
}

/** See the module. */
export class Attempt {
  readonly link: Link;
  readonly #options: AttemptOptions;
  readonly #startedAt: number;
  /** What the member hears. */
  readonly #call = new AbortController();
  /** Rejects when the attempt is stopped from outside. */
  readonly #stopped = Promise.withResolvers<never>();
  readonly #onAbort = () => this.stop(this.#options.signal.reason);
  #iterator: AsyncIterator<AudioChunk> | undefined;
  /** Read by {@linkcode ready} and not yet by {@linkcode next}. */
  #early: AudioChunk[] = [];
  /** How much longer audio may be waited for, in ms. */
  #patienceMs: number;
  #samples = 0;
  #firstChunkMs: number | undefined;
  #code: RequestCode | undefined;
  #error: unknown;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.link = options.seat.link;
    this.#startedAt = options.clock.now();
    this.#patienceMs = options.firstChunkTimeoutMs;
    this.#stopped.promise.catch(() => {});
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Whether the member failed. */
  get hasFailed(): boolean {
    return this.#code !== undefined && this.#code !== "ok" && this.#code !== "cancelled";
  }

  /** Whether the member was too busy to begin. */
  get wasRefused(): boolean {
    return this.#code === "overloaded";
  }

  /** Waits for the first audio, or for the end of a sentence without any; throws like `next`. */
  async ready(): Promise<void> {
    while (this.#samples === 0) {
      const chunk = await this.#read();
      if (chunk === undefined) return;
      this.#early.push(chunk);
    }
  }

  /**
   * The next chunk; undefined at the end. One call at a time.
   *
   * @throws {MemberError} saying how the member failed; nothing comes after that.
   * @throws the reason it was stopped for.
   */
  async next(): Promise<AudioChunk | undefined> {
    const early = this.#early.shift();
    return early ?? (this.#code === "ok" ? undefined : await this.#read());
  }

  /** Ends it at once, and gives its seat back; after its end it does nothing. */
  stop(reason: unknown): void {
    if (this.#code !== undefined) return;
    this.#error = reason;
    this.#end("cancelled");
    this.#leave(reason);
    this.#stopped.reject(reason);
  }

  async #read(): Promise<AudioChunk | undefined> {
    const { clock, chunkTimeoutMs } = this.#options;
    const askedAt = clock.now();
    const cancelDeadline = clock.after(this.#patienceMs, () => this.#expire(askedAt));
    let result: IteratorResult<AudioChunk>;
    try {
      if (this.#code !== undefined) throw this.#error;
      result = await Promise.race([this.#iterate().next(), this.#stopped.promise]);
      if (this.#code !== undefined) throw this.#error;
    } catch (error) {
      throw await this.#fail(error);
    } finally {
      cancelDeadline();
    }
    if (result.done) {
      this.link.succeeded();
      this.#end("ok");
      return undefined;
    }
    if (result.value.pcm.length === 0) {
      // A sign of life, but nothing to be heard: it buys no time.
      this.#patienceMs -= clock.now() - askedAt;
      return result.value;
    }
    this.#firstChunkMs ??= clock.now() - this.#startedAt;
    this.#samples += result.value.pcm.length;
    this.#patienceMs = chunkTimeoutMs;
    return result.value;
  }

  #iterate(): AsyncIterator<AudioChunk> {
    const { request, metadata } = this.#options;
    this.#iterator ??= this.link.member.synthesize(request, {
      signal: this.#call.signal,
      ...(metadata === undefined ? {} : { metadata }),
    })[Symbol.asyncIterator]();
    return this.#iterator;
  }

  #expire(askedAt: number): void {
    const { clock } = this.#options;
    const what = this.#samples === 0 ? "no audio" : "no more audio";
    const waitedMs = Math.round(clock.now() - askedAt);
    this.#stopped.reject(new MemberError("timeout", `${what} came for ${waitedMs} ms`));
  }

  /** What to throw after `error` came up, once the failure has taken effect. */
  async #fail(error: unknown): Promise<unknown> {
    if (this.#code !== undefined) return this.#error;
    const failure = toMemberError(error);
    this.#leave(failure);
    await this.link.failed(failure);
    // It may have been stopped in the meantime.
    if (this.#code !== undefined) return this.#error;
    this.#error = failure;
    this.#end(failure.code);
    return failure;
  }

  /** Tells the member that it is over, and does not wait for its answer. */
  #leave(reason: unknown): void {
    this.#call.abort(reason);
    this.#iterator?.return?.().catch(() => {});
  }

  #end(code: RequestCode): void {
    const { clock, seat, signal, sampleRate, onEvent } = this.#options;
    this.#code = code;
    signal.removeEventListener("abort", this.#onAbort);
    onEvent({
      type: "request_ended",
      backend: this.link.address,
      code,
      durationMs: clock.now() - this.#startedAt,
      audioMs: samplesToMs(this.#samples, sampleRate),
      ...(this.#firstChunkMs === undefined ? {} : { firstChunkMs: this.#firstChunkMs }),
      ...(this.hasFailed ? { error: (this.#error as Error).message } : {}),
    });
    seat.release();
  }
}
