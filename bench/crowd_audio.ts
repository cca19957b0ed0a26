/**
 * The audio that both servers of `bench/limit.ts` send: 16 bit at 16 kHz, in frames of 20 ms.
 *
 * @module
 */

export const FRAME_MS = 20;

export const SAMPLES_PER_MS = 16;

export const BYTES_PER_MS = 2 * SAMPLES_PER_MS;
