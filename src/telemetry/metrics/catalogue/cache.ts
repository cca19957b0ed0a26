/**
 * The metrics of the cache of synthesised sentences.
 *
 * @module
 */

import { counter, gauge } from "../spec.ts";

const onlyWith = "a cache of sentences";

const onlyWithStore = "a cache of sentences that has a store";

/** What can go wrong with the store. */
export const STORE_ERRORS = ["timeout", "failed", "invalid", "skipped", "dropped"] as const;

/** By name. */
export const cacheMetrics = {
  cache_hits_total: counter(
    "Sentences that were not synthesised, because they were found in the memory of the process, or in the store that servers share.",
    { labels: { level: ["memory", "store"] }, onlyWith },
  ),
  cache_joins_total: counter(
    "Sentences that were heard along while they were synthesised for somebody else.",
    { onlyWith },
  ),
  cache_misses_total: counter("Sentences that were given to the engine.", { onlyWith }),
  cache_evictions_total: counter("Sentences that went from memory to make room for others.", {
    onlyWith,
  }),
  cache_bytes: gauge("Memory of the sentences that are kept, in bytes.", { onlyWith }),
  cache_sentences: gauge("Sentences that are kept in memory.", { onlyWith }),
  cache_store_up: gauge("1 when the store is used, 0 while it is down.", {
    onlyWith: onlyWithStore,
    across: "min",
  }),
  cache_store_errors_total: counter(
    "Sentences for which the store was no help: no answer in time, a failure, a value that is none, not asked because it was down, not written because too many were being written.",
    { labels: { error: STORE_ERRORS }, onlyWith: onlyWithStore },
  ),
};
