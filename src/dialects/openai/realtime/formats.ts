/**
 * The audio that Realtime can have.
 *
 * @module
 */

import { type Message, readChoice, readObject, required, within } from "../../fields.ts";

/** Name of a format. */
export type OutputFormat = "audio/pcm" | "audio/pcmu" | "audio/pcma";

interface FormatTraits {
  /** As the codecs call it. */
  readonly encoding: string;
  /** Hz. */
  readonly sampleRate: number;
  /** As the beta called it. */
  readonly betaName: string;
}

/** By name; the first is the default. */
export const outputFormats: Readonly<Record<OutputFormat, FormatTraits>> = {
  "audio/pcm": { encoding: "pcm_s16le", sampleRate: 24_000, betaName: "pcm16" },
  "audio/pcmu": { encoding: "mulaw", sampleRate: 8_000, betaName: "g711_ulaw" },
  "audio/pcma": { encoding: "alaw", sampleRate: 8_000, betaName: "g711_alaw" },
};

const NAMES = Object.keys(outputFormats) as OutputFormat[];

/** A format, as the SDK's `RealtimeAudioFormats` has it. */
export interface FormatResource {
  readonly type: OutputFormat;
  readonly rate?: number;
}

/** Only PCM has its rate told. */
export function formatResource(type: OutputFormat): FormatResource {
  return type === "audio/pcm" ? { type, rate: outputFormats[type].sampleRate } : { type };
}

/** Reads `format: {type, rate?}`. */
export function readFormat(output: Message): OutputFormat | undefined {
  const format = readObject(output, "format");
  if (format === undefined) return undefined;
  return within("format", () => {
    const type = required(readChoice(format, "type", NAMES), "type");
    readChoice(format, "rate", [outputFormats[type].sampleRate]);
    return type;
  });
}

/** Reads `output_audio_format`, the beta's. */
export function readBetaFormat(session: Message): OutputFormat | undefined {
  const names = NAMES.map((name) => outputFormats[name].betaName);
  const name = readChoice(session, "output_audio_format", names);
  return name === undefined ? undefined : NAMES[names.indexOf(name)];
}
