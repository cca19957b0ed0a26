/**
 * The output formats of ElevenLabs: codec, sample rate and, where there is one, bitrate in a name.
 *
 * Source: `TextToSpeechConvertRequestOutputFormat` of @elevenlabs/elevenlabs-js 2.73.0.
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import { attempt, type Message, queryFields, readChoice } from "../fields.ts";

/** What the audio is to be. */
export interface OutputFormat {
  /** Our name of the format. */
  readonly name: "pcm_s16le" | "mulaw" | "alaw" | "wav" | "mp3" | "ogg_opus";
  /** Hz. */
  readonly sampleRate: number;
  /** Bits a second, where the format has one. */
  readonly bitrate?: number;
}

/** Hz. */
const SAMPLE_RATES = [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

/** kbit/s of 44.1 kHz MP3 and of Opus. */
const BITRATES = [32, 64, 96, 128, 192];

const formats: ReadonlyMap<string, OutputFormat> = new Map<string, OutputFormat>([
  ["mp3_22050_32", { name: "mp3", sampleRate: 22_050, bitrate: 32_000 }],
  ["mp3_24000_48", { name: "mp3", sampleRate: 24_000, bitrate: 48_000 }],
  ...BITRATES.map((kbits): [string, OutputFormat] => [
    `mp3_44100_${kbits}`,
    { name: "mp3", sampleRate: 44_100, bitrate: 1000 * kbits },
  ]),
  ...SAMPLE_RATES.map((sampleRate): [string, OutputFormat] => [
    `pcm_${sampleRate}`,
    { name: "pcm_s16le", sampleRate },
  ]),
  ["ulaw_8000", { name: "mulaw", sampleRate: 8000 }],
  ["alaw_8000", { name: "alaw", sampleRate: 8000 }],
  ...BITRATES.map((kbits): [string, OutputFormat] => [
    `opus_48000_${kbits}`,
    { name: "ogg_opus", sampleRate: 48_000, bitrate: 1000 * kbits },
  ]),
  ...SAMPLE_RATES.map((sampleRate): [string, OutputFormat] => [
    `wav_${sampleRate}`,
    { name: "wav", sampleRate },
  ]),
]);

/** Every name that there is. */
export const outputFormatNames: readonly string[] = [...formats.keys()];

const DEFAULT = "mp3_44100_128";

/**
 * Reads `output_format` of a query.
 *
 * @throws {BadField}
 */
export function readOutputFormat(query: Message): OutputFormat {
  return formats.get(readChoice(query, "output_format", outputFormatNames) ?? DEFAULT)!;
}

/** Reads the query of a request for speech: of all its parameters this is the one with a meaning here. */
export function readQuery(query: URLSearchParams): OutputFormat | BadParameter {
  return attempt(() => readOutputFormat(queryFields(query)));
}

/** Whether a stream of it has an end that belongs to it: it can be cut only where it ends. */
export function isFileFormat({ name }: OutputFormat): boolean {
  return name === "wav" || name === "mp3" || name === "ogg_opus";
}
