/**
 * The numbers of the cache of synthesised sentences.
 *
 * @module
 */

import { STORE_ERRORS } from "./catalogue/cache.ts";
import type { MetricSet } from "./metric_set.ts";

/** The cache's numbers now; counts are since the start. Each sentence counts as one of the first four. */
export interface CacheFigures {
  /** Found in memory. */
  readonly memoryHits: number;
  /** Found in the store. */
  readonly storeHits: number;
  /** Heard along with somebody else who wanted the same. */
  readonly joins: number;
  /** Given to the backend. */
  readonly misses: number;
  readonly evictions: number;
  readonly bytes: number;
  readonly sentences: number;
  /** The store that servers share, if there is one. */
  readonly store?: {
    readonly up: boolean;
    readonly errors: Readonly<Record<(typeof STORE_ERRORS)[number], number>>;
  };
}

/** What a summary tells of the cache; 0 and null without one. */
export interface CacheSummary {
  /** In memory or in the store. */
  readonly cache_hits: number;
  readonly cache_joins: number;
  readonly cache_misses: number;
  /** Hits and joins of all, 0 to 1; null before the first sentence. */
  readonly cache_hit_rate: number | null;
  readonly cache_bytes: number;
}

/** Writes the cache's numbers. */
export function setCacheGauges(metrics: MetricSet, figures: CacheFigures): void {
  const { memoryHits, storeHits, joins, misses, evictions, bytes, sentences, store } = figures;
  const hits = metrics.value("cache_hits_total");
  hits.cell({ level: "memory" }).raise(memoryHits);
  hits.cell({ level: "store" }).raise(storeHits);
  metrics.value("cache_joins_total").cell().raise(joins);
  metrics.value("cache_misses_total").cell().raise(misses);
  metrics.value("cache_evictions_total").cell().raise(evictions);
  metrics.value("cache_bytes").cell().set(bytes);
  metrics.value("cache_sentences").cell().set(sentences);
  if (store === undefined) return;
  metrics.value("cache_store_up").cell().set(store.up ? 1 : 0);
  const errors = metrics.value("cache_store_errors_total");
  for (const error of STORE_ERRORS) errors.cell({ error }).raise(store.errors[error]);
}

/** The cache's part of a summary. */
export function summariseCache(figures: CacheFigures | undefined): CacheSummary {
  const { memoryHits = 0, storeHits = 0, joins = 0, misses = 0, bytes = 0 } = figures ?? {};
  const all = memoryHits + storeHits + joins + misses;
  return {
    cache_hits: memoryHits + storeHits,
    cache_joins: joins,
    cache_misses: misses,
    cache_hit_rate: all === 0 ? null : Math.round((all - misses) / all * 1000) / 1000,
    cache_bytes: bytes,
  };
}
