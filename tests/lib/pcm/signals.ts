/** Signals to test with, and what to measure on what comes back. */

/** `count` samples of a sine of `frequency` Hz at `rate` Hz, rounded to 16 bits. */
export function sine(
  frequency: number,
  rate: number,
  count: number,
  amplitude = 16_000,
): Int16Array<ArrayBuffer> {
  return Int16Array.from(
    { length: count },
    (_, i) => Math.round(amplitude * Math.sin(2 * Math.PI * frequency * i / rate)),
  );
}

/** Uniform noise over the whole range, the same for the same seed (a linear congruential generator). */
export function noise(count: number, seed: number): Int16Array<ArrayBuffer> {
  let state = seed >>> 0;
  return Int16Array.from({ length: count }, () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return (state >>> 16) - 32768;
  });
}

/** Root mean square of `samples[from..to]`. */
export function rms(samples: ArrayLike<number>, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] ?? 0) ** 2;
  return Math.sqrt(sum / (to - from));
}

/** A ratio of amplitudes in dB. */
export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Cuts `samples` into pieces of the given sizes, over and over. */
export function* pieces(
  samples: Int16Array<ArrayBuffer>,
  sizes: readonly number[],
): Generator<Int16Array<ArrayBuffer>> {
  for (let at = 0, i = 0; at < samples.length; i++) {
    const size = sizes[i % sizes.length] ?? samples.length;
    yield samples.subarray(at, at + size);
    at += size;
  }
}

/** Joins pieces into one array. */
export function joined(parts: Iterable<Int16Array<ArrayBuffer>>): Int16Array<ArrayBuffer> {
  const list = [...parts];
  const all = new Int16Array(list.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of list) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
