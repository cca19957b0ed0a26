/**
 * What a client may choose when it connects: the query of `GET /v1/session`.
 *
 * @module
 */

import { parseTraceparent, TRACEPARENT_ALLOWED } from "../lib/traceparent.ts";
import type { Lead } from "../speech/types.ts";
import type { BadParameter, ChannelRequest } from "./dialect.ts";

/** In words, for error messages. */
export const SPEED_ALLOWED = "a number from 0.5 to 2";
export const LEAD_ALLOWED = 'a number of milliseconds from 0 to 5000, or "unpaced"';

/** Whether the value is a speaking rate. */
export function isSpeed(value: unknown): value is number {
  return typeof value === "number" && value >= 0.5 && value <= 2;
}

/** Whether the value is a lead. */
export function isLead(value: unknown): value is Lead {
  return value === "unpaced" || (typeof value === "number" && value >= 0 && value <= 5000);
}

/** What the server has to offer. */
export interface Offer {
  /** Voice ids and their native sample rates in Hz; the first is the default. */
  readonly voices: ReadonlyMap<string, number>;
  readonly defaultVoice: string;
  readonly defaultLead: Lead;
  readonly encodings: readonly string[];
  /** Sample rates that an encoding can have, in Hz. */
  readonly sampleRatesOf: (encoding: string) => readonly number[];
  /** Frame durations that an encoding can have, in ms; the first is the default. */
  readonly frameMsOf: (encoding: string) => readonly number[];
}

/** What a session is opened with. */
export interface SessionRequest extends ChannelRequest {
  readonly audioHeader: boolean;
  /** The SID of the phone call that it is to speak to, in place of the client itself. */
  readonly call: string | undefined;
  /** Whether the client is sent the voice of whom it calls. */
  readonly callAudio: boolean;
}

/** What phone calls take: mu-law at 8 kHz, by Twilio's documentation of Media Streams. */
const CALL_ENCODING = "mulaw";
const CALL_RATE = 8000;

const PARAMETERS = [
  "voice",
  "encoding",
  "sample_rate",
  "frame_ms",
  "lead_ms",
  "speed",
  "audio_header",
  "words",
  "call",
  "call_audio",
  "token",
  "traceparent",
] as const;

/** Reads the query, or says what is wrong with its first bad parameter. */
export function readSessionRequest(
  query: URLSearchParams,
  offer: Offer,
): SessionRequest | BadParameter {
  try {
    return new QueryReader(query).read(offer);
  } catch (error) {
    if (error instanceof BadQuery) return error.parameter;
    throw error;
  }
}

class BadQuery extends Error {
  readonly parameter: BadParameter;

  constructor(field: string, message: string, allowed: readonly string[]) {
    super(message);
    this.parameter = { field, message, allowed };
  }
}

class QueryReader {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  read(offer: Offer): SessionRequest {
    this.#checkNames();
    const voices = [...offer.voices.keys()];
    const voice = this.#choice("voice", voices, offer.defaultVoice);
    const call = this.#call();
    const encodings = call === undefined ? offer.encodings : [CALL_ENCODING];
    const encoding = this.#choice("encoding", encodings, encodings[0]!);
    const rates = call === undefined ? offer.sampleRatesOf(encoding) : [CALL_RATE];
    const usualRate = defaultRate(rates, offer.voices.get(voice)!);
    const sampleRate = this.#numberChoice("sample_rate", rates, usualRate);
    const frames = offer.frameMsOf(encoding);
    return {
      settings: {
        voice,
        speed: this.#number("speed", isSpeed, SPEED_ALLOWED) ?? 1,
        lead: this.#lead() ?? offer.defaultLead,
        words: this.#choice("words", ["0", "1"], "0") === "1",
      },
      encoding,
      sampleRate,
      frameMs: this.#numberChoice("frame_ms", frames, frames[0]!),
      audioHeader: this.#choice("audio_header", ["0", "1"], "0") === "1",
      call,
      callAudio: this.#choice("call_audio", ["0", "1"], "0") === "1",
      traceparent: this.#traceparent(),
    };
  }

  #checkNames(): void {
    for (const name of this.#query.keys()) {
      if (!(PARAMETERS as readonly string[]).includes(name)) {
        throw new BadQuery(name, `there is no parameter ${name}`, PARAMETERS);
      }
      if (this.#query.getAll(name).length > 1) {
        throw new BadQuery(name, `${name} is given more than once`, [`one ${name}`]);
      }
    }
  }

  #choice(name: string, allowed: readonly string[], fallback: string): string {
    const value = this.#query.get(name) ?? fallback;
    if (allowed.includes(value)) return value;
    throw new BadQuery(name, `${name} cannot be ${JSON.stringify(value)}`, allowed);
  }

  #numberChoice(name: string, allowed: readonly number[], fallback: number): number {
    return Number(this.#choice(name, allowed.map(String), String(fallback)));
  }

  #lead(): Lead | undefined {
    if (this.#query.get("lead_ms") === "unpaced") return "unpaced";
    const isMs = (value: unknown): value is number => isLead(value) && value !== "unpaced";
    return this.#number("lead_ms", isMs, LEAD_ALLOWED);
  }

  #call(): string | undefined {
    const text = this.#query.get("call") ?? undefined;
    if (text === undefined || /^[A-Za-z0-9]{1,64}$/.test(text)) return text;
    throw new BadQuery("call", "call must be the SID of a call", ["1 to 64 of A-Z a-z 0-9"]);
  }

  #traceparent(): string | undefined {
    const text = this.#query.get("traceparent") ?? undefined;
    if (text === undefined || parseTraceparent(text) !== undefined) return text;
    throw new BadQuery("traceparent", "traceparent cannot be read", [TRACEPARENT_ALLOWED]);
  }

  #number(
    name: string,
    isAllowed: (value: unknown) => value is number,
    allowed: string,
  ): number | undefined {
    const text = this.#query.get(name);
    if (text === null) return undefined;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (isAllowed(value)) return value;
    throw new BadQuery(name, `${name} cannot be ${JSON.stringify(text)}`, [allowed]);
  }
}

/** The voice's own rate, or where the encoding has none such the next one above. */
function defaultRate(rates: readonly number[], voiceRate: number): number {
  return rates.find((rate) => rate >= voiceRate) ?? rates.at(-1) ?? voiceRate;
}
