import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type ClientOptions, type ServiceError, status } from "@grpc/grpc-js";
import { type Script, ScriptedBackend } from "../../src/backends/scripted.ts";
import { clientCredentials, type ClientTls } from "../../src/grpc/credentials.ts";
import {
  type SynthesizeRequest,
  SynthesizeRequestSchema,
  type SynthesizeResponse,
  type Totals,
} from "../../src/grpc/gen/tts/v1/tts_pb.ts";
import { HealthClient } from "../../src/grpc/health_client.ts";
import { chunkOfMessage } from "../../src/grpc/mapping.ts";
import { type SynthesizeOptions, TtsClient } from "../../src/grpc/tts_client.ts";
import { type Clock, systemClock } from "../../src/lib/clock.ts";
import type { Voice, WordTiming } from "../../src/speech/backend.ts";
import type { WorkerEvent } from "../../src/tts_worker/events.ts";
import {
  startTtsWorker,
  type TtsWorker,
  type TtsWorkerOptions,
} from "../../src/tts_worker/worker.ts";

/** Options of {@linkcode startTestWorker}. */
export interface TestWorkerOptions {
  readonly script?: Script;
  readonly voices?: readonly Voice[];
  /** Of the backend; the real one if absent. */
  readonly clock?: Clock;
  readonly worker?: Partial<TtsWorkerOptions>;
  /** Of the client; its target is then `localhost`. */
  readonly tls?: ClientTls;
  /** Of the client. */
  readonly channel?: ClientOptions;
}

/** A worker over a scripted backend on the real clock, and clients of it. */
export interface TestWorker extends AsyncDisposable {
  readonly worker: TtsWorker;
  readonly backend: ScriptedBackend;
  readonly client: TtsClient;
  readonly health: HealthClient;
  readonly events: WorkerEvent[];
  readonly target: string;
}

/** Starts a worker on a free port. */
export async function startTestWorker(options: TestWorkerOptions = {}): Promise<TestWorker> {
  const { script, voices, tls } = options;
  const events: WorkerEvent[] = [];
  const backend = new ScriptedBackend({
    clock: options.clock ?? systemClock,
    ...(script === undefined ? {} : { script }),
    ...(voices === undefined ? {} : { voices }),
  });
  const worker = await startTtsWorker({
    backend,
    traits: { engine: "scripted", streaming: true, wordTimings: true, deterministic: true },
    maxConcurrentSyntheses: 4,
    record: (event) => events.push(event),
    ...options.worker,
  });
  const target = tls === undefined ? worker.address : `localhost:${worker.port}`;
  const client = new TtsClient(target, clientCredentials(tls), {
    ...(options.channel === undefined ? {} : { channel: options.channel }),
  });
  const health = new HealthClient(target, clientCredentials(tls));
  return {
    worker,
    backend,
    client,
    health,
    events,
    target,
    async [Symbol.asyncDispose]() {
      client.close();
      health.close();
      await worker.stop(0);
    },
  };
}

/** A request; "hello" with the default voice where nothing else is said. */
export function requestOf(
  init: Partial<MessageInitShape<typeof SynthesizeRequestSchema>> = {},
): SynthesizeRequest {
  return create(SynthesizeRequestSchema, { text: "hello", ...init } as SynthesizeRequest);
}

/** Everything a stream gave. */
export interface Speech {
  /** Kinds of the messages, in order. */
  readonly kinds: readonly (string | undefined)[];
  readonly samples: readonly number[];
  readonly words: readonly WordTiming[];
  readonly sampleRates: readonly number[];
  readonly totals: Totals | undefined;
}

/** Reads a stream to its end. Rejects with its `ServiceError`. */
export async function read(stream: AsyncIterable<SynthesizeResponse>): Promise<Speech> {
  const kinds: (string | undefined)[] = [];
  const samples: number[] = [];
  const words: WordTiming[] = [];
  const sampleRates: number[] = [];
  let totals: Totals | undefined;
  for await (const message of stream) {
    const { content } = message;
    kinds.push(content.case);
    if (content.case === "totals") totals = content.value;
    if (content.case === "audio") sampleRates.push(content.value.sampleRate);
    const chunk = chunkOfMessage(message);
    if (chunk === undefined) continue;
    for (const sample of chunk.pcm) samples.push(sample);
    words.push(...(chunk.words ?? []));
  }
  return { kinds, samples, words, sampleRates, totals };
}

/** Synthesises a request to its end. */
export function speak(
  client: TtsClient,
  init: Parameters<typeof requestOf>[0] = {},
  options: SynthesizeOptions = {},
): Promise<Speech> {
  return read(client.synthesize(requestOf(init), options));
}

/** The status that a call ends with: its name and what it says. */
export async function statusOf(
  call: Promise<unknown>,
): Promise<{ readonly code: string; readonly details: string }> {
  try {
    await call;
    return { code: "OK", details: "" };
  } catch (error) {
    const { code, details } = error as ServiceError;
    return { code: status[code]!, details };
  }
}
