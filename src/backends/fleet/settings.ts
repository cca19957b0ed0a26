/**
 * What can be set about a fleet.
 *
 * @module
 */

/** All durations are milliseconds. */
export interface FleetSettings {
  /**
   * Longest wait for a synthesis's first audio; then it is made elsewhere.
   * @default {3_000}
   */
  readonly firstChunkTimeoutMs: number;
  /**
   * Longest wait for its next audio, or its end; then the rest is made elsewhere.
   * @default {2_000}
   */
  readonly chunkTimeoutMs: number;
  /**
   * Wait for the first audio after which a second member is asked too; 0: never.
   * @default {0}
   */
  readonly hedgeAfterMs: number;
  /**
   * Longest wait of a sentence while no member that has its voice is up.
   * @default {10_000}
   */
  readonly unavailableTimeoutMs: number;
  /**
   * Longest wait of a sentence for a member that has room.
   * @default {30_000}
   */
  readonly busyTimeoutMs: number;
  /**
   * Sentences that may wait for a member; one more fails at once.
   * @default {1_000}
   */
  readonly maxWaiting: number;
  /**
   * Members, one after the other, that may fail at one sentence before it fails: a text that kills
   * engines must not kill them all for ever.
   * @default {6}
   */
  readonly maxAttempts: number;
  /**
   * Retries and hedges in the long run, as a part of the sentences.
   * @default {0.2}
   */
  readonly retryRatio: number;
  /**
   * Retries and hedges a second that are allowed besides.
   * @default {10}
   */
  readonly retriesPerSecond: number;
  /**
   * Retries and hedges at once; never less than the members' limits together, because a member that
   * dies sends all its sentences elsewhere.
   * @default {100}
   */
  readonly retryBurst: number;
  /**
   * Failures in a row that open a member's breaker.
   * @default {3}
   */
  readonly breakerFailures: number;
  /**
   * Part of a member's last 20 syntheses that may fail; more opens its breaker.
   * @default {0.5}
   */
  readonly breakerRatio: number;
  /**
   * Time from a breaker's opening to its first probe; it doubles each time the breaker opens again
   * without a synthesis having succeeded in between.
   * @default {500}
   */
  readonly breakerOpenMs: number;
  /**
   * Longest time between probes.
   * @default {15_000}
   */
  readonly breakerMaxOpenMs: number;
  /**
   * Longest wait for the answer to a probe, or to what a member can do.
   * @default {1_000}
   */
  readonly probeTimeoutMs: number;
  /**
   * Longest wait at the start for a first member.
   * @default {30_000}
   */
  readonly startTimeoutMs: number;
  /**
   * Longest wait for the others after the first, so that all voices are known.
   * @default {1_000}
   */
  readonly startGraceMs: number;
}

/** The settings where none are given. */
export const defaultFleetSettings: FleetSettings = Object.freeze({
  firstChunkTimeoutMs: 3_000,
  chunkTimeoutMs: 2_000,
  hedgeAfterMs: 0,
  unavailableTimeoutMs: 10_000,
  busyTimeoutMs: 30_000,
  maxWaiting: 1_000,
  maxAttempts: 6,
  retryRatio: 0.2,
  retriesPerSecond: 10,
  retryBurst: 100,
  breakerFailures: 3,
  breakerRatio: 0.5,
  breakerOpenMs: 500,
  breakerMaxOpenMs: 15_000,
  probeTimeoutMs: 1_000,
  startTimeoutMs: 30_000,
  startGraceMs: 1_000,
});
