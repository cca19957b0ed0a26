/**
 * One call's synthesis, from the accepted request to its one end.
 *
 * @module
 */

import type { ServerWritableStream } from "@grpc/grpc-js";
import type { SynthesizeRequest, SynthesizeResponse } from "../grpc/gen/tts/v1/tts_pb.ts";
import type { Clock } from "../lib/clock.ts";
import type { Resampler } from "../lib/pcm/resampler.ts";
import type { Backend } from "../speech/backend.ts";
import { CallError } from "./call_error.ts";
import type { CallInfo, Outcome, RecordWorkerEvent } from "./events.ts";
import type { SpeechRequest } from "./speech_request.ts";
import { SpeechStream } from "./speech_stream.ts";

/** Both ends watch a deadline; the client's clock may be ahead by this, in ms. */
const DEADLINE_SLACK_MS = 50;

/** Options of {@linkcode Synthesis}. */
export interface SynthesisOptions {
  readonly call: ServerWritableStream<SynthesizeRequest, SynthesizeResponse>;
  readonly info: CallInfo;
  readonly request: SpeechRequest;
  /** From the voice's rate to the request's. */
  readonly resampler: Resampler;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly record: RecordWorkerEvent;
}

/** See the module. */
export class Synthesis {
  readonly #options: SynthesisOptions;
  readonly #abort = new AbortController();
  readonly #startedAt: number;
  #abortedAt: number | undefined;
  #ended = false;

  constructor(options: SynthesisOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** Runs to the end, whatever it is; never rejects. */
  async run(): Promise<void> {
    const { call, info, request, resampler, backend, clock, record } = this.#options;
    // The call is over: if that comes before the synthesis' end nobody wants the rest.
    call.once("cancelled", () => this.abort(new Error("the call was cancelled")));
    const stream = new SpeechStream({
      backend,
      clock,
      request,
      resampler,
      write: (message) => void call.write(message),
      onFirstAudio: () =>
        record({ type: "first_audio", call: info, afterMs: clock.now() - this.#startedAt }),
    });
    try {
      await stream.run(this.#abort.signal);
      this.#ended = true;
      call.end();
      this.#recordEnd(stream, "completed");
    } catch (error) {
      this.#ended = true;
      this.#fail(stream, error);
    }
  }

  /** Stops the backend at once; the call, if it is open, ends with the error. */
  abort(reason: Error): void {
    if (this.#ended || this.#abortedAt !== undefined) return;
    this.#abortedAt = this.#options.clock.now();
    this.#abort.abort(reason);
  }

  #fail(stream: SpeechStream, error: unknown): void {
    const { call } = this.#options;
    if (call.cancelled) return this.#recordEnd(stream, goneOutcome(call));
    const failure = error instanceof CallError ? error : new CallError(
      "INTERNAL",
      `the engine failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    call.emit("error", failure.status);
    this.#recordEnd(stream, "failed", failure.message);
  }

  #recordEnd(stream: SpeechStream, outcome: Outcome, error?: string): void {
    const { info, request, clock, record } = this.#options;
    const now = clock.now();
    record({
      type: "synthesis_ended",
      call: info,
      outcome,
      ms: now - this.#startedAt,
      characters: request.synthesis.text.length,
      audioMs: stream.audioMs,
      ...(this.#abortedAt === undefined ? {} : { stopMs: now - this.#abortedAt }),
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** Why a call was over before its synthesis. */
function goneOutcome(call: { getDeadline(): Date | number }): Outcome {
  const leftMs = Number(call.getDeadline()) - Date.now();
  return leftMs <= DEADLINE_SLACK_MS ? "deadline_exceeded" : "cancelled";
}
