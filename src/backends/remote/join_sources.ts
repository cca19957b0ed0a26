/**
 * Several sources of addresses as one.
 *
 * @module
 */

import type { AddressSource } from "../fleet/roster.ts";

/** The addresses of all sources, in the sources' order, each address once. */
export function joinSources(sources: readonly AddressSource[]): AddressSource {
  return {
    current: () => [...new Set(sources.flatMap((source) => source.current()))],
    onChange(callback) {
      const ends = sources.map((source) => source.onChange(callback));
      return () => ends.forEach((end) => end());
    },
  };
}
