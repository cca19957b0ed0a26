/**
 * Reading `output_format`.
 *
 * Source: `RawOutputFormat`, `WAVOutputFormat` and `MP3OutputFormat` of @cartesia/cartesia-js 4.2.0.
 *
 * @module
 */

import { sampleRates } from "../../lib/pcm/sample_rates.ts";
import { type Message, readChoice, readObject, required, within } from "../fields.ts";

/** What the audio is packed into. */
export type Container = "raw" | "wav" | "mp3";

/** Cartesia's encodings, and our names for them. */
const ENCODINGS = {
  pcm_s16le: "pcm_s16le",
  pcm_f32le: "pcm_f32le",
  pcm_mulaw: "mulaw",
  pcm_alaw: "alaw",
} as const;

/** Bits a second. */
const BIT_RATES = [32_000, 64_000, 96_000, 128_000, 192_000];

/** How audio is wanted. */
export type OutputFormat =
  | {
    readonly container: "raw" | "wav";
    readonly encoding: typeof ENCODINGS[keyof typeof ENCODINGS];
    /** Hz. */
    readonly sampleRate: number;
  }
  | {
    readonly container: "mp3";
    /** Hz. */
    readonly sampleRate: number;
    /** Bits a second. */
    readonly bitrate: number;
  };

/**
 * Reads it; `containers` are those that an endpoint has.
 *
 * @throws {BadField}
 */
export function readOutputFormat(
  message: Message,
  containers: readonly Container[],
): OutputFormat {
  const format = required(readObject(message, "output_format"), "output_format");
  return within("output_format", () => {
    const container = required(readChoice(format, "container", containers), "container");
    const sampleRate = required(readChoice(format, "sample_rate", sampleRates), "sample_rate");
    if (container === "mp3") {
      const bitrate = required(readChoice(format, "bit_rate", BIT_RATES), "bit_rate");
      return { container, sampleRate, bitrate };
    }
    const names = Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[];
    const encoding = required(readChoice(format, "encoding", names), "encoding");
    return { container, sampleRate, encoding: ENCODINGS[encoding] };
  });
}
