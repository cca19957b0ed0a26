/**
 * Resamplers that share their filters.
 *
 * @module
 */

import { Resampler } from "./resampler.ts";
import { designFilter, type ResamplerFilter } from "./resampler_filter.ts";

/**
 * Opens resamplers and keeps the filter of each pair of rates asked for, so that it is computed
 * once. All 56 pairs would take 6.3 MB; a server uses few of them.
 */
export class ResamplerBank {
  readonly #filters = new Map<string, ResamplerFilter>();

  /**
   * A resampler for one stream, from and to Hz.
   *
   * @throws {RangeError} if the rates differ and one is not supported.
   */
  open(fromRate: number, toRate: number): Resampler {
    if (fromRate === toRate) return new Resampler(fromRate, toRate);
    const key = `${fromRate}:${toRate}`;
    let filter = this.#filters.get(key);
    if (!filter) {
      filter = designFilter(fromRate, toRate);
      this.#filters.set(key, filter);
    }
    return new Resampler(fromRate, toRate, filter);
  }
}
