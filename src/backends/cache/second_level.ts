/**
 * A store that several servers share, as a help that can never hurt: it is waited for only briefly,
 * and left alone while it is down.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import { Breaker } from "../fleet/breaker.ts";
import { withDeadline } from "../../lib/wait.ts";
import type { KeptSentence } from "./sentence.ts";
import type { Store } from "./store.ts";
import { decode, encode, encodedBytes, FORMAT_VERSION } from "./stored_value.ts";

/**
 * What can go wrong:
 * - `timeout`: no answer in time.
 * - `failed`: the store said no, or the connection was lost.
 * - `invalid`: a value that is no sentence.
 * - `skipped`: it was not asked, because it was down.
 * - `dropped`: a sentence was not written, because too many were being written.
 */
export const STORE_ERRORS = ["timeout", "failed", "invalid", "skipped", "dropped"] as const;

/** See {@linkcode STORE_ERRORS}. */
export type StoreError = (typeof STORE_ERRORS)[number];

/** Its numbers now. */
export interface StoreFigures {
  readonly up: boolean;
  /** Since the start. */
  readonly errors: Readonly<Record<StoreError, number>>;
}

/** What is told of it; told once, not again until the other one was told. */
export type StoreEvent =
  | { readonly type: "store_up" }
  | { readonly type: "store_down"; readonly reason: string };

/** Options of {@linkcode SecondLevel}. */
export interface SecondLevelOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** How long a sentence is kept, in s. */
  readonly ttlS: number;
  /** Bytes of the largest value that is written. */
  readonly maxValueBytes: number;
  /**
   * Longest wait for a sentence, in ms: it is added to the time of one that is not there.
   * @default {20}
   */
  readonly timeoutMs?: number;
  /**
   * Bytes that may be on their way to the store.
   * @default {16 MiB}
   */
  readonly maxPendingBytes?: number;
  /**
   * A number from 0 to 1, by which the probes of many servers are spread.
   * @default {Math.random}
   */
  readonly random?: () => number;
  /** Told what happens; must be quick and must not throw. */
  readonly onEvent?: (event: StoreEvent) => void;
}

const KEY_PREFIX = `syrinx:sentence:${FORMAT_VERSION}:`;

/** Longest wait for the answer to a probe, in ms. */
const PROBE_TIMEOUT_MS = 1_000;

/** See the module. */
export class SecondLevel {
  readonly #options: SecondLevelOptions;
  readonly #timeoutMs: number;
  readonly #maxPendingBytes: number;
  readonly #breaker: Breaker;
  readonly #errors = { timeout: 0, failed: 0, invalid: 0, skipped: 0, dropped: 0 };
  #pendingBytes = 0;
  #wasUp: boolean | undefined;
  #lastError = "it has not answered yet";
  #isClosed = false;

  constructor(options: SecondLevelOptions) {
    const { store, clock, random = Math.random } = options;
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 20;
    this.#maxPendingBytes = options.maxPendingBytes ?? 2 ** 24;
    this.#breaker = new Breaker({
      clock,
      random,
      failures: 3,
      ratio: 0.5,
      openMs: 1_000,
      maxOpenMs: 30_000,
      probe: (signal) => this.#within(PROBE_TIMEOUT_MS, signal, () => store.ping()),
      onChange: () => this.#changed(),
    });
    store.onChange = (trouble) => {
      this.#lastError = trouble ?? this.#lastError;
      if (store.isReady) this.#breaker.probeNow();
      this.#changed();
    };
  }

  /** Its numbers now. */
  get figures(): StoreFigures {
    return { up: this.#isUp, errors: { ...this.#errors } };
  }

  /** The sentence; undefined if it is not there, or not in time. Never throws. */
  async get(key: string, signal: AbortSignal): Promise<KeptSentence | undefined> {
    if (!this.#isUp) return this.#miss("skipped");
    try {
      const value = await this.#within(
        this.#timeoutMs,
        signal,
        () => this.#options.store.get(storeKey(key)),
      );
      this.#breaker.succeeded();
      if (value === undefined) return undefined;
      return decode(value) ?? this.#miss("invalid");
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return undefined;
    }
  }

  /** Writes the sentence, some time soon, if that is possible. Never throws. */
  put(key: string, sentence: KeptSentence): void {
    const bytes = encodedBytes(sentence);
    if (bytes > this.#options.maxValueBytes) return;
    if (!this.#isUp) return void this.#miss("skipped");
    if (this.#pendingBytes + bytes > this.#maxPendingBytes) return void this.#miss("dropped");
    this.#pendingBytes += bytes;
    const { store, ttlS } = this.#options;
    store.set(storeKey(key), encode(sentence), ttlS)
      // A store that is full or takes no writes is still good to be read.
      .catch(() => this.#isClosed || this.#miss("failed"))
      .finally(() => this.#pendingBytes -= bytes);
  }

  /** Ends the connection; nothing is read or written any more. */
  close(): void {
    this.#isClosed = true;
    this.#breaker.close();
    this.#options.store.close();
  }

  get #isUp(): boolean {
    return !this.#isClosed && this.#options.store.isReady && this.#breaker.state === "closed";
  }

  #within<T>(timeoutMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const error = () => new LateAnswer(`no answer for ${timeoutMs} ms`);
    return withDeadline({ clock: this.#options.clock, timeoutMs, signal, error }, () => {
      const answer = work();
      // Too late an answer may still be a failure, of which nobody takes notice any more.
      answer.catch(() => {});
      return answer;
    });
  }

  #miss(kind: StoreError): undefined {
    this.#errors[kind]++;
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#miss(error instanceof LateAnswer ? "timeout" : "failed");
    const failure = error instanceof Error ? error : new Error(String(error));
    this.#lastError = failure.message;
    this.#breaker.failed(failure);
  }

  #changed(): void {
    const isUp = this.#isUp;
    if (this.#isClosed || isUp === this.#wasUp) return;
    this.#wasUp = isUp;
    this.#options.onEvent?.(
      isUp ? { type: "store_up" } : { type: "store_down", reason: this.#lastError },
    );
  }
}

class LateAnswer extends Error {}

/** Whoever looks into the store finds no texts. */
function storeKey(key: string): string {
  return KEY_PREFIX + createHash("sha256").update(key).digest("hex");
}
