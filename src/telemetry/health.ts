/**
 * Whether the server can serve, part by part, and why it says so.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";

/** The server's numbers, as far as they tell of its health. */
export interface HealthFigures {
  /** Workers that run; 0 once the pool has stopped. */
  readonly workers: number;
  readonly busyWorkers: number;
  /** Sentences that wait for a worker. */
  readonly queued: number;
  readonly maxQueueDepth: number;
  readonly isDraining: boolean;
  /** By how much the event loop was late lately, in ms. */
  readonly loopLagMs: number;
  /** Engine threads, where the backend has such. */
  readonly threads?: {
    /** Threads that are ready or busy. */
    readonly threads: number;
    /** Threads that there should be. */
    readonly wanted?: number;
    readonly spares: number;
    readonly restarts: number;
  };
}

/** Whether a backend can be reached, and why that is believed. */
export interface BackendHealth {
  readonly ok: boolean;
  readonly reason: string;
}

/** Whether one part is well. */
export interface HealthCheck {
  readonly status: "ok" | "fail";
  readonly reason: string;
}

/** What a check is made for: `liveness` asks only whether the process answers. */
export type HealthKind = "health" | "readiness" | "liveness";

/** The answer to a question about health. */
export interface HealthReport {
  /** `degraded`: it serves, but a part is not well. `unavailable`: send listeners elsewhere. */
  readonly status: "ok" | "degraded" | "unavailable";
  /** Time since the start, in s. */
  readonly uptimeS: number;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

/** Options of {@linkcode Health}. */
export interface HealthOptions {
  readonly clock: Clock;
  readonly figures: () => HealthFigures;
  /**
   * Asked where the backend is another process; must not throw.
   * @default the threads tell
   */
  readonly backendHealth?: () => BackendHealth;
  /**
   * Lag of the event loop that is too much, in ms.
   * @default {1000}
   */
  readonly maxLoopLagMs?: number;
}

/** A check's result with its weight. */
interface Finding {
  readonly status: HealthReport["status"];
  readonly reason: string;
}

/** Looks at the figures when asked; nothing in between. */
export class Health {
  readonly #options: HealthOptions;
  readonly #maxLoopLagMs: number;
  readonly #startedAt: number;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#maxLoopLagMs = options.maxLoopLagMs ?? 1_000;
    this.#startedAt = options.clock.now();
  }

  /** The state of things now. */
  check(kind: HealthKind): HealthReport {
    const uptimeS = (this.#options.clock.now() - this.#startedAt) / 1000;
    const findings = kind === "liveness" ? { process: alive(uptimeS) } : this.#findings();
    return {
      status: worstOf(Object.values(findings)),
      uptimeS,
      checks: Object.fromEntries(
        Object.entries(findings).map(([name, { status, reason }]) => [
          name,
          { status: status === "ok" ? "ok" : "fail", reason },
        ]),
      ),
    };
  }

  #findings(): Record<string, Finding> {
    const figures = this.#options.figures();
    return {
      workers: workers(figures),
      backend: backend(this.#options.backendHealth?.() ?? backendOf(figures)),
      draining: draining(figures),
      event_loop: eventLoop(figures, this.#maxLoopLagMs),
      queue: queue(figures),
    };
  }
}

function alive(uptimeS: number): Finding {
  return ok(`it answers, ${Math.floor(uptimeS)} s after its start`);
}

function workers({ workers, busyWorkers, threads }: HealthFigures): Finding {
  if (workers === 0) return unavailable("no worker runs");
  const busy = `${busyWorkers} of ${workers} workers are busy`;
  if (threads === undefined) return ok(busy);
  const { wanted = threads.threads, spares } = threads;
  const reason = `${threads.threads} of ${wanted} engine threads are ready, and ${spares} spare; ` +
    busy;
  if (threads.threads === 0) return unavailable(reason);
  return threads.threads < wanted ? degraded(reason) : ok(reason);
}

/** Where nobody watches a backend: it is in this process, with or without threads of its own. */
function backendOf({ threads }: HealthFigures): BackendHealth {
  if (threads === undefined) return { ok: true, reason: "it runs in this process" };
  const lost = `${threads.restarts} lost since the start`;
  return threads.threads > 0
    ? { ok: true, reason: `the engine runs in this process; threads: ${lost}` }
    : { ok: false, reason: `no thread of the engine is alive; ${lost}` };
}

function backend({ ok: isOk, reason }: BackendHealth): Finding {
  return isOk ? ok(reason) : unavailable(reason);
}

function draining({ isDraining }: HealthFigures): Finding {
  return isDraining ? unavailable("the server is about to stop") : ok("sessions are taken");
}

function eventLoop({ loopLagMs }: HealthFigures, maxLoopLagMs: number): Finding {
  const reason = `it was ${Math.round(loopLagMs)} ms late; ${maxLoopLagMs} ms is too much`;
  return loopLagMs < maxLoopLagMs ? ok(reason) : unavailable(reason);
}

function queue({ queued, maxQueueDepth }: HealthFigures): Finding {
  const reason = `${queued} of at most ${maxQueueDepth} sentences wait`;
  return queued < maxQueueDepth ? ok(reason) : unavailable(reason);
}

function ok(reason: string): Finding {
  return { status: "ok", reason };
}

function degraded(reason: string): Finding {
  return { status: "degraded", reason };
}

function unavailable(reason: string): Finding {
  return { status: "unavailable", reason };
}

function worstOf(findings: readonly Finding[]): HealthReport["status"] {
  const has = (status: Finding["status"]) => findings.some((finding) => finding.status === status);
  return has("unavailable") ? "unavailable" : has("degraded") ? "degraded" : "ok";
}
