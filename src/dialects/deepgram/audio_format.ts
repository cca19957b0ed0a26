/**
 * The audio formats that Deepgram's clients may choose.
 *
 * Source: Deepgram's documentation, "Media Output Settings", table "Audio Format Combinations", and
 * for streams with Flux "Flux TTS Feature Overview".
 *
 * @module
 */

import { bad, type Message, readChoice } from "../fields.ts";

/** Samples that need no library and no container; all that streams can have. */
export type StreamEncoding = "linear16" | "mulaw" | "alaw";

/** Deepgram's names, but for `aac`, for which there is no encoder. */
export type FileEncoding = StreamEncoding | "mp3" | "opus" | "flac";

/** A stream of bare samples. */
export interface StreamFormat {
  readonly encoding: StreamEncoding;
  /** Hz. */
  readonly sampleRate: number;
}

/** A file. */
export interface FileFormat {
  readonly encoding: FileEncoding;
  /** `none` where the encoding needs none too. */
  readonly container: "none" | "wav" | "ogg";
  /** Hz. */
  readonly sampleRate: number;
  /** Bits a second; undefined where the encoding has no choice. */
  readonly bitRate: number | undefined;
}

/** Names of ours for the samples. */
export const SAMPLE_ENCODINGS = { linear16: "pcm_s16le", mulaw: "mulaw", alaw: "alaw" } as const;

const LINEAR_RATES = [8000, 16000, 24000, 32000, 44100, 48000];
const TELEPHONE_RATES = [8000, 16000];

/** Hz, of each encoding of streams. */
const STREAM_RATES: Readonly<Record<StreamEncoding, readonly number[]>> = {
  linear16: LINEAR_RATES,
  mulaw: TELEPHONE_RATES,
  alaw: TELEPHONE_RATES,
};

/** What an encoding goes together with in a file; the first of each list is the default. */
interface Combination {
  /** Empty where `container` cannot be chosen. */
  readonly containers: readonly FileFormat["container"][];
  /** Hz; empty where `sample_rate` cannot be chosen. */
  readonly sampleRates: readonly number[];
  /** Hz, where it cannot be chosen. */
  readonly fixedRate?: number;
  /** Bits a second; absent where `bit_rate` cannot be chosen. */
  readonly bitRates?: readonly number[] | BitRates;
}

/** A range, in bits a second. */
interface BitRates {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

const SAMPLES_OF_PHONES: Combination = {
  containers: ["wav", "none"],
  sampleRates: TELEPHONE_RATES,
};

const COMBINATIONS: Readonly<Record<FileEncoding, Combination>> = {
  mp3: { containers: [], sampleRates: [], fixedRate: 22_050, bitRates: [48_000, 32_000] },
  linear16: {
    containers: ["wav", "none"],
    sampleRates: [24_000, ...LINEAR_RATES.filter((rate) => rate !== 24_000)],
  },
  mulaw: SAMPLES_OF_PHONES,
  alaw: SAMPLES_OF_PHONES,
  opus: {
    containers: ["ogg"],
    sampleRates: [],
    fixedRate: 48_000,
    // Deepgram has 4,000 to 650,000; Opus' own tools allow this much for one channel.
    bitRates: { min: 6_000, max: 256_000, usual: 12_000 },
  },
  flac: { containers: [], sampleRates: [24_000, 8000, 16_000, 22_050, 32_000, 48_000] },
};

const FILE_ENCODINGS = Object.keys(COMBINATIONS) as FileEncoding[];

/** Reads the format of a file from a query whose numbers are numbers; throws a `BadField`. */
export function readFileFormat(query: Message): FileFormat {
  if (query.encoding === "aac") {
    throw bad("encoding", 'cannot be "aac": there is no encoder for it here', FILE_ENCODINGS);
  }
  const encoding = readChoice(query, "encoding", FILE_ENCODINGS) ?? FILE_ENCODINGS[0]!;
  const { containers, sampleRates, fixedRate, bitRates } = COMBINATIONS[encoding];
  const choice = new CombinationReader(query, encoding);
  return {
    encoding,
    container: choice.oneOf("container", containers) ?? "none",
    sampleRate: choice.oneOf("sample_rate", sampleRates) ?? fixedRate!,
    bitRate: bitRates === undefined || "length" in bitRates
      ? choice.oneOf("bit_rate", bitRates ?? [])
      : choice.within("bit_rate", bitRates),
  };
}

/** Reads what goes together with an encoding. */
class CombinationReader {
  readonly #query: Message;
  readonly #condition: string;

  constructor(query: Message, encoding: FileEncoding) {
    this.#query = query;
    this.#condition = `encoding=${encoding}`;
  }

  /** One of these, or the first; undefined where there is no choice. */
  oneOf<T extends string | number>(field: string, choices: readonly T[]): T | undefined {
    const value = this.#query[field];
    if (value === undefined) return choices[0];
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    if (choices.length === 0) throw bad(field, `is not applicable when ${this.#condition}`);
    const problem = `cannot be ${JSON.stringify(value)} when ${this.#condition}`;
    throw bad(field, problem, choices.map(String));
  }

  within(field: string, { min, max, usual }: BitRates): number {
    const value = this.#query[field];
    if (value === undefined) return usual;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    throw bad(field, `must be from ${min} to ${max} when ${this.#condition}`);
  }
}

/**
 * Reads the format of a stream from a query whose numbers are numbers; throws a `BadField`.
 *
 * @param usualRate Hz, of linear16; the others are for telephones, which have 8 kHz.
 */
export function readStreamFormat(query: Message, usualRate: number): StreamFormat {
  const encodings = Object.keys(STREAM_RATES) as StreamEncoding[];
  const encoding = readChoice(query, "encoding", encodings) ?? "linear16";
  const rates = STREAM_RATES[encoding];
  const sampleRate = readChoice(query, "sample_rate", rates);
  return { encoding, sampleRate: sampleRate ?? nextRate(rates, encoding, usualRate) };
}

function nextRate(rates: readonly number[], encoding: StreamEncoding, usualRate: number): number {
  if (encoding !== "linear16") return rates[0]!;
  return rates.find((rate) => rate >= usualRate) ?? rates.at(-1)!;
}

/** The media type of a file, from the table "Audio Format Outputs" at the same place. */
export function contentTypeOf({ encoding, container, sampleRate }: FileFormat): string {
  if (container === "wav") return "audio/wav";
  switch (encoding) {
    case "linear16":
      return `audio/l16;rate=${sampleRate}`;
    case "mulaw":
    case "alaw":
      return `audio/${encoding};rate=${sampleRate}`;
    case "mp3":
      return "audio/mpeg";
    case "opus":
      return "audio/ogg;codecs=opus";
    case "flac":
      return "audio/flac";
  }
}
