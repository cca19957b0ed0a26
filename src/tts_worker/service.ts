/**
 * `tts.v1.TextToSpeech` over a backend, whatever the process around it.
 *
 * @module
 */

import { create } from "@bufbuild/protobuf";
import type { sendUnaryData, Server, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import { textToSpeech } from "../grpc/definitions.ts";
import {
  type GetCapabilitiesRequest,
  type GetCapabilitiesResponse,
  GetCapabilitiesResponseSchema,
  type ListVoicesRequest,
  type ListVoicesResponse,
  ListVoicesResponseSchema,
  type SynthesizeRequest,
  type SynthesizeResponse,
} from "../grpc/gen/tts/v1/tts_pb.ts";
import { voiceMessage } from "../grpc/mapping.ts";
import type { Clock } from "../lib/clock.ts";
import { ResamplerBank } from "../lib/pcm/resampler_bank.ts";
import type { Backend } from "../speech/backend.ts";
import { CallError } from "./call_error.ts";
import { callInfo } from "./call_info.ts";
import type { EngineTraits } from "./engine_traits.ts";
import type { CallInfo, RecordWorkerEvent } from "./events.ts";
import { commonRates, type SpeechRequest, speechRequest } from "./speech_request.ts";
import { Synthesis } from "./synthesis.ts";

/**
 * Calls that may be open for each synthesis that may run. A call is open longer than its synthesis
 * runs when the client is slow to read; this bounds the memory that such clients take.
 */
const OPEN_CALLS_PER_SYNTHESIS = 16;

type SynthesizeCall = ServerWritableStream<SynthesizeRequest, SynthesizeResponse>;

/** Options of {@linkcode TtsService}. */
export interface TtsServiceOptions {
  readonly backend: Backend;
  /** For clients to read. */
  readonly traits: EngineTraits;
  readonly maxConcurrentSyntheses: number;
  /** In UTF-16 code units. */
  readonly maxTextLength: number;
  readonly clock: Clock;
  readonly record: RecordWorkerEvent;
}

/** See the module. */
export class TtsService {
  readonly #options: TtsServiceOptions;
  readonly #resamplers = new ResamplerBank();
  readonly #running = new Set<Synthesis>();
  #open = 0;
  #stopping = false;
  /** Settled when no call is open. */
  #idle: PromiseWithResolvers<void> | undefined;
  #busyMs = 0;
  #busySince: number;

  constructor(options: TtsServiceOptions) {
    this.#options = options;
    this.#busySince = options.clock.now();
  }

  /** Synthesize calls that have not ended. */
  get open(): number {
    return this.#open;
  }

  /** Syntheses that run. */
  get active(): number {
    return this.#running.size;
  }

  /** Time that syntheses have run, the sum over all, in ms. */
  get busyMs(): number {
    this.#account();
    return this.#busyMs;
  }

  /** Offers the service. */
  addTo(server: Server): void {
    server.addService(textToSpeech, {
      synthesize: (call: SynthesizeCall) => this.#synthesize(call),
      listVoices: (
        _call: ServerUnaryCall<ListVoicesRequest, ListVoicesResponse>,
        callback: sendUnaryData<ListVoicesResponse>,
      ) => callback(null, this.#voices()),
      getCapabilities: (
        _call: ServerUnaryCall<GetCapabilitiesRequest, GetCapabilitiesResponse>,
        callback: sendUnaryData<GetCapabilitiesResponse>,
      ) => callback(null, this.#capabilities()),
    });
  }

  /** From now on new syntheses are refused as UNAVAILABLE. Resolves when no call is open. */
  drain(): Promise<void> {
    this.#stopping = true;
    if (this.#open === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** Ends all syntheses as UNAVAILABLE. */
  abort(): void {
    for (const synthesis of this.#running) {
      synthesis.abort(new CallError("UNAVAILABLE", "the worker has stopped"));
    }
  }

  #synthesize(call: SynthesizeCall): void {
    const info = callInfo(call);
    this.#open++;
    // grpc-js says "cancelled" of every call, once, when it is over: also after a good end.
    call.once("cancelled", () => this.#closed());
    try {
      this.#run(call, info, this.#accept(call.request));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#options.record({
        type: "refused",
        call: info,
        code: error.code,
        reason: error.message,
      });
      call.emit("error", error.status);
    }
  }

  /** @throws {CallError} saying why the request is refused. */
  #accept(request: SynthesizeRequest): SpeechRequest {
    const { backend, maxConcurrentSyntheses: most, maxTextLength } = this.#options;
    if (this.#stopping) throw new CallError("UNAVAILABLE", "the worker is stopping");
    const speech = speechRequest(request, { voices: backend.voices, maxTextLength });
    if (this.#running.size >= most) {
      throw new CallError("RESOURCE_EXHAUSTED", `${this.#running.size} of ${most} syntheses run`);
    }
    if (this.#open > most * OPEN_CALLS_PER_SYNTHESIS) {
      throw new CallError("RESOURCE_EXHAUSTED", `${this.#open} calls are open: read them faster`);
    }
    return speech;
  }

  #run(call: SynthesizeCall, info: CallInfo, request: SpeechRequest): void {
    const { backend, clock, record } = this.#options;
    const resampler = this.#resamplers.open(request.voice.sampleRate, request.sampleRate);
    const synthesis = new Synthesis({ call, info, request, resampler, backend, clock, record });
    this.#account();
    this.#running.add(synthesis);
    synthesis.run().then(() => {
      this.#account();
      this.#running.delete(synthesis);
    });
  }

  #closed(): void {
    this.#open--;
    if (this.#open === 0) this.#idle?.resolve();
  }

  #account(): void {
    const now = this.#options.clock.now();
    this.#busyMs += this.#running.size * (now - this.#busySince);
    this.#busySince = now;
  }

  #voices(): ListVoicesResponse {
    return create(ListVoicesResponseSchema, {
      voices: this.#options.backend.voices.map(voiceMessage),
    });
  }

  #capabilities(): GetCapabilitiesResponse {
    const { backend, traits, maxConcurrentSyntheses, maxTextLength } = this.#options;
    return create(GetCapabilitiesResponseSchema, {
      ...traits,
      voices: backend.voices.map(voiceMessage),
      sampleRates: commonRates(backend.voices),
      maxConcurrentSyntheses,
      maxTextLength,
    });
  }
}
