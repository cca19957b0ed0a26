/**
 * A message of a client -> what the backend is asked for.
 *
 * @module
 */

import type { SynthesizeRequest } from "../grpc/gen/tts/v1/tts_pb.ts";
import { isSampleRate, sampleRates } from "../lib/pcm/sample_rates.ts";
import type { SynthesisRequest, Voice } from "../speech/backend.ts";
import { CallError } from "./call_error.ts";

/** The contract's range of speeds. */
const MIN_SPEED = 0.5;
const MAX_SPEED = 2;

/** The contract's limit of wanted sample rates. */
const MAX_WANTED_RATES = 16;

/** Characters of what a client sent that an error message repeats. */
const MAX_SHOWN = 64;

/** What requests are held against. */
export interface SpeechLimits {
  readonly voices: readonly Voice[];
  /** In UTF-16 code units. */
  readonly maxTextLength: number;
}

/** What a client wants. */
export interface SpeechRequest {
  readonly synthesis: SynthesisRequest;
  readonly voice: Voice;
  /** Of the audio that the client gets, in Hz. */
  readonly sampleRate: number;
}

/**
 * Reads a request.
 *
 * @throws {CallError} INVALID_ARGUMENT naming the field, or NOT_FOUND for a voice.
 */
export function speechRequest(message: SynthesizeRequest, limits: SpeechLimits): SpeechRequest {
  const { text, speed = 1 } = message;
  if (text.length < 1 || text.length > limits.maxTextLength) {
    const allowed = `it takes 1 to ${limits.maxTextLength} UTF-16 code units`;
    throw invalid(`text: it has ${text.length}; ${allowed}`);
  }
  if (!(speed >= MIN_SPEED && speed <= MAX_SPEED)) {
    throw invalid(`speed: ${speed} is not allowed; it takes ${MIN_SPEED} to ${MAX_SPEED}`);
  }
  const voice = wantedVoice(message, limits.voices);
  return {
    synthesis: { text, voice: voice.id, speed },
    voice,
    sampleRate: wantedRate(message.sampleRates, voice),
  };
}

/** Rates that audio of all these voices can come in, in Hz, ascending. */
export function commonRates(voices: readonly Voice[]): number[] {
  const [first = [], ...others] = voices.map(ratesOf);
  return first.filter((rate) => others.every((rates) => rates.includes(rate)));
}

function ratesOf(voice: Voice): readonly number[] {
  return isSampleRate(voice.sampleRate) ? sampleRates : [voice.sampleRate];
}

function wantedRate(wanted: readonly number[], voice: Voice): number {
  if (wanted.length === 0) return voice.sampleRate;
  if (wanted.length > MAX_WANTED_RATES) {
    throw invalid(`sample_rates: there are ${wanted.length}; at most ${MAX_WANTED_RATES} may be`);
  }
  const possible = ratesOf(voice);
  const rate = wanted.find((rate) => possible.includes(rate));
  if (rate !== undefined) return rate;
  throw invalid(
    `sample_rates: none of ${wanted.join(", ")} can be given; ${possible.join(", ")} can`,
  );
}

function wantedVoice(message: SynthesizeRequest, voices: readonly Voice[]): Voice {
  const { voice: id, language } = message;
  if (id !== "") {
    const named = voices.find((voice) => voice.id === id);
    if (named !== undefined) return named;
    throw new CallError("NOT_FOUND", `voice: none is called ${shown(id)}; ListVoices names them`);
  }
  if (language === "") return voices[0]!;
  const spoken = voices.find((voice) => sameTag(voice.language, language)) ??
    voices.find((voice) => sameTag(primary(voice.language), primary(language)));
  if (spoken !== undefined) return spoken;
  throw new CallError("NOT_FOUND", `language: no voice speaks ${shown(language)}`);
}

function sameTag(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** `en-GB` -> `en`. */
function primary(tag: string): string {
  return tag.split("-")[0]!;
}

function invalid(message: string): CallError {
  return new CallError("INVALID_ARGUMENT", message);
}

/** Quoted, cut, and safe in a header. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN));
}
