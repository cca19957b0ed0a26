/**
 * A member of a fleet that speaks OpenAI's speech API: Kokoro-FastAPI, speaches, openedai-speech,
 * LocalAI, OpenAI itself and what else there is. See `docs/openai-backends.md`.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { ResamplerBank } from "../../lib/pcm/resampler_bank.ts";
import type { AudioChunk, SynthesisRequest, Voice } from "../../speech/backend.ts";
import { isSpeakable } from "../fleet/continuation.ts";
import {
  type Member,
  type MemberCapabilities,
  MemberError,
  type MemberHealth,
  type SynthesisCall,
} from "../fleet/member.ts";
import type { OpenaiBackend } from "./address.ts";
import { Api } from "./api.ts";
import { AudioDecoder } from "./audio_decoder.ts";
import { HealthPoll } from "./health_poll.ts";
import { describeVoice, type FoundVoice, modelIn, standardVoices, voicesIn } from "./voices.ts";

/** Options of {@linkcode createOpenaiMember}. */
export interface OpenaiMemberOptions extends OpenaiBackend {
  readonly clock: Clock;
  /**
   * The model asked for; most servers know this one.
   * @default {"tts-1"}
   */
  readonly model?: string;
  /** The voices on offer, the default one first; without it the server is asked. */
  readonly voices?: readonly string[];
  /** BCP 47 tag of all voices; without it what the server or a voice's name says, else `en`. */
  readonly language?: string;
  /**
   * Hz of the voices, and of raw audio of which the server does not tell it; without it what the
   * server says of the model, else 24,000, which is what OpenAI gives.
   */
  readonly sampleRate?: number;
  /**
   * Syntheses at the same time: these servers do not say what they can bear.
   * @default {2}
   */
  readonly maxConcurrent?: number;
  /**
   * Sends `"stream": true`. OpenAI itself streams unasked, and may not know the field.
   * @default {false}
   */
  readonly stream?: boolean;
  /** Goes with every request as a bearer token, and into no message. */
  readonly apiKey?: string;
  /** PEM of authorities that the server's certificate may be from, besides the public ones. */
  readonly ca?: string;
  /**
   * A number from 0 to 1, by which the questions of many servers are spread.
   * @default {Math.random}
   */
  readonly random?: () => number;
  /** Told why the member does not serve, once for each reason; must be quick and must not throw. */
  readonly onTrouble?: (error: MemberError) => void;
}

/** The model that a server is asked for unless another is named. */
const DEFAULT_MODEL = "tts-1";

/** The rate of OpenAI's own `pcm`, in Hz. */
const DEFAULT_SAMPLE_RATE = 24_000;

const DEFAULT_MAX_CONCURRENT = 2;

/** See the module. */
class OpenaiMember implements Member {
  readonly address: string;
  readonly #options: OpenaiMemberOptions;
  readonly #model: string;
  readonly #api: Api;
  readonly #resamplers = new ResamplerBank();
  #health: HealthPoll | undefined;
  /** Hz, as it was last told of. */
  #sampleRate: number;

  constructor(options: OpenaiMemberOptions) {
    this.address = options.address;
    this.#options = options;
    this.#model = options.model ?? DEFAULT_MODEL;
    this.#sampleRate = options.sampleRate ?? DEFAULT_SAMPLE_RATE;
    this.#api = new Api(options);
  }

  connect(onHealth: (health: MemberHealth) => void): void {
    const { clock, random = Math.random, onTrouble = () => {} } = this.#options;
    this.#api.open();
    const ask = (signal: AbortSignal) => this.#models(signal);
    this.#health = new HealthPoll({ clock, random, ask, onHealth, onTrouble });
    this.#health.start();
  }

  close(): void {
    this.#health?.close();
    this.#api.close();
  }

  async capabilities(signal: AbortSignal): Promise<MemberCapabilities> {
    const { voices: wanted, maxConcurrent = DEFAULT_MAX_CONCURRENT } = this.#options;
    const [models, listed] = await Promise.all([
      this.#models(signal),
      wanted === undefined ? this.#listVoices(signal) : [],
    ]);
    const model = modelIn(models, this.#model);
    this.#sampleRate = this.#options.sampleRate ?? model.sampleRate ?? DEFAULT_SAMPLE_RATE;
    const offered = model.voices.length > 0 ? model.voices : listed;
    return {
      engine: `${this.#model} by OpenAI's API`,
      voices: this.#describe(wanted, offered),
      maxConcurrent,
      wordTimings: false,
      deterministic: false,
    };
  }

  /** The list of models is short, costs nothing, and wants the API key as speech does. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.#models(signal);
  }

  async *synthesize(
    request: SynthesisRequest,
    { signal, metadata }: SynthesisCall,
  ): AsyncGenerator<AudioChunk, void, void> {
    const { text } = request;
    const options = { signal, headers: metadata, secret: text };
    using answer = await this.#api.post("/audio/speech", this.#speechRequest(request), options);
    const decoder = new AudioDecoder({
      headers: answer.response.headers,
      sampleRate: this.#sampleRate,
      resamplers: this.#resamplers,
    });
    let isSilent = true;
    for await (const bytes of answer.bytes()) {
      this.#health?.alive();
      const pcm = decoder.push(bytes);
      if (pcm.length === 0) continue;
      isSilent = false;
      yield { pcm };
    }
    const rest = decoder.end();
    if (rest.length > 0) yield { pcm: rest };
    else if (isSilent && isSpeakable(text)) {
      throw new MemberError("internal", "it gave no audio");
    }
  }

  #speechRequest({ text, voice, speed }: SynthesisRequest): Record<string, unknown> {
    return {
      model: this.#model,
      input: text.toWellFormed(),
      voice,
      response_format: "pcm",
      // Not every model has one.
      ...(speed === 1 ? {} : { speed }),
      ...(this.#options.stream === true ? { stream: true } : {}),
    };
  }

  /** What it says of its models; undefined if it keeps no list of them. */
  #models(signal: AbortSignal): Promise<unknown> {
    return this.#api.get("/models", { signal, absent: [404, 405, 501] });
  }

  async #listVoices(signal: AbortSignal): Promise<readonly FoundVoice[]> {
    // The path is no part of OpenAI's API as all know it: servers refuse it in many ways.
    const absent = [400, 403, 404, 405, 422, 501];
    return voicesIn(await this.#api.get("/audio/voices", { signal, absent }));
  }

  #describe(wanted: readonly string[] | undefined, offered: readonly FoundVoice[]): Voice[] {
    const ids = wanted ?? (offered.length > 0 ? offered.map(({ id }) => id) : standardVoices);
    const { language } = this.#options;
    const defaults = { model: this.#model, sampleRate: this.#sampleRate, language };
    return ids.map((id) =>
      describeVoice(offered.find((voice) => voice.id === id) ?? { id }, defaults)
    );
  }
}

/**
 * Makes the member for one server; it is connected when the fleet does it. What it needs of an
 * address gives {@linkcode parseOpenaiBackend}.
 *
 * @example
 * ```ts
 * import { systemClock } from "../../lib/clock.ts";
 * import { parseOpenaiBackend } from "./address.ts";
 * import { createOpenaiMember } from "./member.ts";
 *
 * const backend = parseOpenaiBackend("openai+http://localhost:8880?model=kokoro", Deno.env.get);
 * const member = createOpenaiMember({ ...backend, clock: systemClock });
 * ```
 */
export function createOpenaiMember(options: OpenaiMemberOptions): Member {
  return new OpenaiMember(options);
}
