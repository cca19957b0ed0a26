/**
 * One member's circuit breaker: cockatiel's, with our clock and without its test calls.
 *
 * Left alone, cockatiel lets the first caller after a while test the member, on the machine's wall
 * clock. Here nobody calls through an open breaker but the probe, at times of our own: so no
 * listener's sentence is the test, and tests can move the time. What is taken from the library is
 * the counting and the states.
 *
 * @module
 */

import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  CountBreaker,
  handleAll,
  type IBackoff,
  type IBreaker,
} from "cockatiel";
import type { CancelTimer, Clock } from "../../lib/clock.ts";

/** `closed`: in use; `open`: not in use; `half_open`: not in use, being probed. */
export type BreakerState = "closed" | "open" | "half_open";

/** Options of {@linkcode Breaker}. */
export interface BreakerOptions {
  readonly clock: Clock;
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Part of the last syntheses that may fail, 0 to 1, both exclusive. */
  readonly ratio: number;
  /** Time to the first probe, in ms. */
  readonly openMs: number;
  /** Longest time between probes, in ms. */
  readonly maxOpenMs: number;
  /** A number from 0 to 1, for the spread of probes. */
  readonly random: () => number;
  /** Resolves if the member works; ends in bounded time. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** The state is another one. */
  readonly onChange: (state: BreakerState) => void;
}

/** Syntheses that the ratio of failures is taken of. */
const SAMPLES = 20;

/** With fewer syntheses than this there is no ratio. */
const MIN_SAMPLES = 10;

/** Probes of many servers come this much apart, as a part of the time between them. */
const SPREAD = 0.2;

/** Lets cockatiel take a call in any open state: when it comes is decided here. */
const always: IBackoff<unknown> = { duration: -Infinity, next: () => always };

/** See the module. */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #policy: CircuitBreakerPolicy;
  readonly #closed = new AbortController();
  #cancelTimer: CancelTimer | undefined;
  /** Times it opened since a synthesis last succeeded. */
  #opened = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#policy = circuitBreaker(handleAll, {
      halfOpenAfter: always,
      breaker: new EitherBreaker(
        new ConsecutiveBreaker(options.failures),
        new CountBreaker({
          threshold: options.ratio,
          size: SAMPLES,
          minimumNumberOfCalls: MIN_SAMPLES,
        }),
      ),
    });
    this.#policy.onStateChange(() => this.#changed());
  }

  get state(): BreakerState {
    switch (this.#policy.state) {
      case CircuitState.Closed:
        return "closed";
      case CircuitState.HalfOpen:
        return "half_open";
      default:
        return "open";
    }
  }

  /** Notes a synthesis that succeeded. */
  async succeeded(): Promise<void> {
    this.#opened = 0;
    // Through any other state only a probe may call.
    if (this.#policy.state === CircuitState.Closed) await this.#policy.execute(() => {});
  }

  /** Notes a failure that speaks against the member; the state is the new one when it resolves. */
  async failed(error: Error): Promise<void> {
    if (this.#policy.state !== CircuitState.Closed) return;
    await this.#policy.execute(() => Promise.reject(error)).catch(() => {});
  }

  /** Probes at once, if it is open: there is a sign that the member is back. */
  probeNow(): void {
    if (this.#policy.state === CircuitState.Open) this.#probe();
  }

  /** Stops probing, for good. */
  close(): void {
    this.#closed.abort(new DOMException("the breaker is closed down", "AbortError"));
    this.#cancelTimer?.();
  }

  #changed(): void {
    if (this.#closed.signal.aborted) return;
    if (this.#policy.state === CircuitState.Open) this.#probeLater();
    this.#options.onChange(this.state);
  }

  #probeLater(): void {
    const { clock, openMs, maxOpenMs, random } = this.#options;
    const ms = Math.min(maxOpenMs, openMs * 2 ** this.#opened++);
    const spread = 1 + SPREAD * (2 * random() - 1);
    this.#cancelTimer = clock.after(ms * spread, () => this.#probe());
  }

  #probe(): void {
    this.#cancelTimer?.();
    this.#policy.execute(() => this.#options.probe(this.#closed.signal)).catch(() => {});
  }
}

/** Opens when either of two does. */
class EitherBreaker implements IBreaker {
  /** Only for storing a breaker, which is not done here. */
  readonly state = undefined;
  readonly #breakers: readonly IBreaker[];

  constructor(...breakers: readonly IBreaker[]) {
    this.#breakers = breakers;
  }

  success(state: CircuitState): void {
    for (const breaker of this.#breakers) breaker.success(state);
  }

  failure(state: CircuitState): boolean {
    // Both count it, whatever the first says.
    return this.#breakers.map((breaker) => breaker.failure(state)).includes(true);
  }
}
