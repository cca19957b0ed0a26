import { create } from "@bufbuild/protobuf";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from "@grpc/grpc-js";
import { health, textToSpeech } from "../../../src/grpc/definitions.ts";
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Status,
  HealthCheckResponseSchema,
} from "../../../src/grpc/gen/grpc/health/v1/health_pb.ts";
import {
  type GetCapabilitiesRequest,
  type GetCapabilitiesResponse,
  GetCapabilitiesResponseSchema,
  type SynthesizeRequest,
  type SynthesizeResponse,
} from "../../../src/grpc/gen/tts/v1/tts_pb.ts";
import { voiceMessage } from "../../../src/grpc/mapping.ts";
import { scriptedVoices } from "../../../src/backends/scripted.ts";

export type SynthesizeCall = ServerWritableStream<SynthesizeRequest, SynthesizeResponse>;
type WatchCall = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

/** Options of {@linkcode FakeWorker.start}. */
export interface FakeWorkerOptions {
  /** Answers a call. */
  readonly synthesize?: (call: SynthesizeCall) => void;
  /** What health it tells when it is asked; without it, it has no health service. */
  readonly health?: keyof typeof Status;
}

/** A worker that is not ours, and may not keep the contract. */
export class FakeWorker implements AsyncDisposable {
  readonly address: string;
  /** Watches that are open. */
  readonly watches = new Set<WatchCall>();
  readonly #server: Server;

  private constructor(server: Server, port: number, watches: Set<WatchCall>) {
    this.#server = server;
    this.address = `127.0.0.1:${port}`;
    this.watches = watches;
  }

  static async start({ synthesize, health }: FakeWorkerOptions = {}): Promise<FakeWorker> {
    const server = new Server();
    const watches = new Set<WatchCall>();
    server.addService(
      { synthesize: textToSpeech.synthesize, getCapabilities: textToSpeech.getCapabilities },
      { synthesize: (call: SynthesizeCall) => synthesize?.(call), getCapabilities },
    );
    if (health !== undefined) addHealth(server, Status[health], watches);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(
        "127.0.0.1:0",
        ServerCredentials.createInsecure(),
        (error, port) => error === null ? resolve(port) : reject(error),
      )
    );
    return new FakeWorker(server, port, watches);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
    return Promise.resolve();
  }
}

function getCapabilities(
  _call: ServerUnaryCall<GetCapabilitiesRequest, GetCapabilitiesResponse>,
  callback: sendUnaryData<GetCapabilitiesResponse>,
): void {
  callback(
    null,
    create(GetCapabilitiesResponseSchema, {
      engine: "fake",
      voices: scriptedVoices().map(voiceMessage),
      maxConcurrentSyntheses: 3,
    }),
  );
}

function addHealth(server: Server, answer: Status, watches: Set<WatchCall>): void {
  const response = create(HealthCheckResponseSchema, { status: answer });
  server.addService(health, {
    check(
      _call: ServerUnaryCall<HealthCheckRequest, HealthCheckResponse>,
      callback: sendUnaryData<HealthCheckResponse>,
    ) {
      const isUnknown = answer === Status.SERVICE_UNKNOWN;
      if (isUnknown) callback({ code: status.NOT_FOUND, details: "what is that" });
      else callback(null, response);
    },
    watch(call: WatchCall) {
      watches.add(call);
      call.on("cancelled", () => watches.delete(call));
      call.write(response);
    },
  });
}
