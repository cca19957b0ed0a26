/**
 * Counts what happens in a fleet of backends.
 *
 * @module
 */

import type { BackendEvent } from "../backend_event.ts";
import { BACKEND_CODES } from "./catalogue/backends.ts";
import type { MetricSet } from "./metric_set.ts";

/** One backend's numbers now. */
export interface BackendFigures {
  readonly address: string;
  readonly up: boolean;
  readonly outstanding: number;
  /** Syntheses it takes at the same time. */
  readonly limit: number;
  readonly breaker: "closed" | "half_open" | "open";
}

/** A fleet's numbers now. */
export interface FleetFigures {
  readonly backends: readonly BackendFigures[];
  /** Sentences that wait for a backend. */
  readonly waiting: number;
}

const BREAKER_VALUES = { closed: 0, half_open: 1, open: 2 };

/** See the module. */
export class BackendRecorder {
  readonly #metrics: MetricSet;

  constructor(metrics: MetricSet) {
    this.#metrics = metrics;
  }

  record(event: BackendEvent): void {
    const metrics = this.#metrics;
    switch (event.type) {
      case "request_ended": {
        const { backend, code, firstChunkMs } = event;
        metrics.value("backend_requests_total").cell({ backend, code }).add();
        if (firstChunkMs === undefined) return;
        return metrics.distribution("backend_first_chunk_seconds").cell({ backend })
          .observe(firstChunkMs / 1000);
      }
      case "failover":
        return metrics.value("backend_failovers_total").cell({ phase: event.phase }).add();
      case "joined":
        return metrics.value("backend_joins_total").cell({ kind: event.kind }).add();
      case "hedge_ended":
        return metrics.value("backend_hedges_total").cell({ won: `${event.won}` }).add();
      case "retry_denied":
        return metrics.value("backend_retries_denied_total").cell({ kind: event.kind }).add();
    }
  }

  /** Writes the fleet's numbers, and forgets backends that are no longer in it. */
  settle({ backends, waiting }: FleetFigures): void {
    const metrics = this.#metrics;
    metrics.startAtZero("backend_failovers_total");
    metrics.startAtZero("backend_joins_total");
    metrics.startAtZero("backend_hedges_total");
    metrics.startAtZero("backend_retries_denied_total");
    metrics.value("backend_waiting").cell().set(waiting);
    const known = new Set(backends.map(({ address }) => address));
    for (const family of metrics.families) {
      if ("backend" in family.spec.labels) family.retain(({ backend }) => known.has(backend!));
    }
    for (const { address: backend, up, outstanding, limit, breaker } of backends) {
      metrics.value("backend_up").cell({ backend }).set(up ? 1 : 0);
      metrics.value("backend_outstanding").cell({ backend }).set(outstanding);
      metrics.value("backend_limit").cell({ backend }).set(limit);
      metrics.value("backend_breaker_state").cell({ backend }).set(BREAKER_VALUES[breaker]);
      // Told as 0 before the first event, so that a rate is right from that one on.
      metrics.distribution("backend_first_chunk_seconds").cell({ backend });
      for (const code of BACKEND_CODES) {
        metrics.value("backend_requests_total").cell({ backend, code });
      }
    }
  }
}
