/**
 * The file formats that a client can ask for, and their limits. Nothing is loaded to know them.
 *
 * @module
 */

import { sampleRates } from "../lib/pcm/sample_rates.ts";
import { sampleRatesOf } from "./encodings.ts";
import { type SampleEncoding, sampleEncodings } from "./sample_encodings.ts";

/** A format and its parameters. */
export type AudioFormat =
  /** Samples without a container, or FLAC, which needs no parameters. */
  | { readonly name: SampleEncoding | "flac"; readonly sampleRate: number }
  | {
    readonly name: "wav";
    /** Hz. */
    readonly sampleRate: number;
    /**
     * Of the samples inside.
     * @default {"pcm_s16le"}
     */
    readonly encoding?: SampleEncoding | undefined;
  }
  | {
    readonly name: "mp3" | "ogg_opus";
    /** Hz. */
    readonly sampleRate: number;
    /**
     * Bits a second.
     * @default {for MP3 128,000 from 32 kHz on, 64,000 from 16 kHz on, 32,000 below; for Opus see
     * `OpusEncoderOptions`}
     */
    readonly bitrate?: number | undefined;
  };

/** Name of a format. */
export type FormatName = AudioFormat["name"];

/** Every format. */
export const formatNames: readonly FormatName[] = [
  ...sampleEncodings,
  "wav",
  "mp3",
  "flac",
  "ogg_opus",
];

/** Whether `name` is one of {@linkcode formatNames}. */
export function isFormatName(name: string): name is FormatName {
  return (formatNames as readonly string[]).includes(name);
}

/**
 * The sample rates that a format can be had in, in Hz, ascending. For MP3 they are those of MPEG-1
 * (32, 44.1 and 48 kHz), MPEG-2 (16, 22.05 and 24) and MPEG-2.5 (8 and 11.025; it also has 12 kHz,
 * which no voice or client here uses).
 */
export function formatSampleRates(name: FormatName): readonly number[] {
  return name === "ogg_opus" ? sampleRatesOf("opus") : sampleRates;
}

/** Bits a second that Opus' own tools allow for one channel (`opusenc --bitrate`). */
const opusBitrates = { from: 6_000, to: 256_000 };

/** What MP3 has at the sample rates of one of its versions, in bits a second. */
interface Mp3Version {
  /** Hz. */
  readonly fromSampleRate: number;
  readonly bitrates: readonly number[];
  readonly usualBitrate: number;
}

/**
 * Bitrates of layer III from 32 kbit/s to 192 kbit/s: ISO/IEC 11172-3, 2.4.2.3 for MPEG-1, ISO/IEC
 * 13818-3, 2.4.2.3 for MPEG-2; MPEG-2.5 is no standard, and LAME ends it at 64 kbit/s.
 */
const mp3Versions: readonly Mp3Version[] = [
  {
    fromSampleRate: 32_000,
    bitrates: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192].map(kilo),
    usualBitrate: 128_000,
  },
  {
    fromSampleRate: 16_000,
    bitrates: [32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160].map(kilo),
    usualBitrate: 64_000,
  },
  { fromSampleRate: 0, bitrates: [32, 40, 48, 56, 64].map(kilo), usualBitrate: 32_000 },
];

/** The bitrates that MP3 has at a sample rate (Hz), in bits a second, ascending. */
export function mp3Bitrates(sampleRate: number): readonly number[] {
  return mp3VersionOf(sampleRate).bitrates;
}

/** The bitrate for an MP3 whose client names none, in bits a second. */
export function usualMp3Bitrate(sampleRate: number): number {
  return mp3VersionOf(sampleRate).usualBitrate;
}

/**
 * Checks what came from a client, whatever its type promises.
 *
 * @throws {RangeError} if there is no such format; says what there is.
 */
export function checkFormat(wanted: AudioFormat): void {
  const { name, sampleRate } = wanted;
  checkOneOf("format", name, formatNames);
  checkOneOf(`sample rate of ${name}`, sampleRate, formatSampleRates(name), "Hz");
  if (wanted.name === "wav" && wanted.encoding !== undefined) {
    checkOneOf("encoding of wav", wanted.encoding, sampleEncodings);
  }
  if (!("bitrate" in wanted) || wanted.bitrate === undefined) return;
  const what = `bitrate of ${name} at ${sampleRate} Hz`;
  if (name === "mp3") checkOneOf(what, wanted.bitrate, mp3Bitrates(sampleRate), "bit/s");
  else if (name === "ogg_opus") checkWithin(what, wanted.bitrate, opusBitrates);
  else throw new RangeError(`${name} has no bitrate`);
}

function mp3VersionOf(sampleRate: number): Mp3Version {
  return mp3Versions.find((version) => sampleRate >= version.fromSampleRate)!;
}

function kilo(value: number): number {
  return 1000 * value;
}

function checkOneOf<T extends string | number>(
  what: string,
  value: T,
  allowed: readonly T[],
  unit = "",
): void {
  if (allowed.includes(value)) return;
  const list = `${allowed.join(", ")} ${unit}`.trim();
  const got = typeof value === "string" ? JSON.stringify(value) : value;
  throw new RangeError(`${what}: ${got} is not one of ${list}`);
}

function checkWithin(what: string, value: number, { from, to }: typeof opusBitrates): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new RangeError(`${what}: ${value} is not within ${from} to ${to} bit/s`);
}
