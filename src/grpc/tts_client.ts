/**
 * A typed client of `tts.v1.TextToSpeech` at one address.
 *
 * @module
 */

import { create } from "@bufbuild/protobuf";
import { type ChannelCredentials, Client, type ClientOptions, Metadata } from "@grpc/grpc-js";
import { type Clock, systemClock } from "../lib/clock.ts";
import type { Voice } from "../speech/backend.ts";
import { channelOptions } from "./channel_options.ts";
import { ConnectionRotation, type Lease } from "./connection_rotation.ts";
import { textToSpeech } from "./definitions.ts";
import {
  GetCapabilitiesRequestSchema,
  type GetCapabilitiesResponse,
  ListVoicesRequestSchema,
  type SynthesizeRequest,
  type SynthesizeResponse,
} from "./gen/tts/v1/tts_pb.ts";
import { repairHttp2 } from "./http2_repair.ts";
import { voiceOfMessage } from "./mapping.ts";
import { readCall } from "./read_call.ts";
import { callUnary, type UnaryOptions } from "./unary_call.ts";

/** Options of {@linkcode TtsClient.synthesize}. */
export interface SynthesizeOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** By lower-case name. The worker logs `x-request-id` and `traceparent`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** When the call must have ended: a date, or milliseconds since 1970. */
  readonly deadline?: Date | number;
}

/** Options of the client's connections; they go over {@linkcode channelOptions}. */
export interface TtsClientOptions {
  readonly channel?: ClientOptions;
  /** @default {systemClock} */
  readonly clock?: Clock;
}

/** See the module. Nothing is connected before the first call. */
export class TtsClient {
  readonly #connections: ConnectionRotation;

  /** @param target such as `host:7001` or `dns:///tts.internal:7001`. */
  constructor(target: string, credentials: ChannelCredentials, options: TtsClientOptions = {}) {
    repairHttp2();
    const all = {
      ...channelOptions,
      ...options.channel,
      // Else a new client would share the connection of the one that it is to replace.
      "grpc.use_local_subchannel_pool": 1,
    };
    const open = () => new Client(target, credentials, all);
    this.#connections = new ConnectionRotation(open, options.clock ?? systemClock);
  }

  /**
   * Synthesises one text; the call begins when the first message is asked for. A reader that stops
   * cancels the call.
   *
   * @throws {Error} the `ServiceError` that the call ends with; the contract explains its codes.
   * @throws the signal's reason, at once when it aborts; the call is cancelled then.
   */
  synthesize(
    request: SynthesizeRequest,
    options: SynthesizeOptions = {},
  ): AsyncGenerator<SynthesizeResponse, void, void> {
    const { path, requestSerialize, responseDeserialize } = textToSpeech.synthesize;
    const { metadata = {}, deadline, signal } = options;
    let lease: Lease;
    const open = () => {
      lease = this.#connections.lease();
      return lease.client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadataOf(metadata),
        deadline === undefined ? {} : { deadline },
      );
    };
    return readCall(open, {
      onEnd: (reset) => lease.end(reset),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /**
   * The voices, the default one first.
   *
   * @throws {Error} a `ServiceError`, or the signal's reason.
   */
  async listVoices(options: UnaryOptions = {}): Promise<readonly Voice[]> {
    const { client } = this.#connections;
    const request = create(ListVoicesRequestSchema);
    const { voices } = await callUnary(client, textToSpeech.listVoices, request, options);
    return voices.map(voiceOfMessage);
  }

  /**
   * What the worker can do.
   *
   * @throws {Error} a `ServiceError`, or the signal's reason.
   */
  getCapabilities(options: UnaryOptions = {}): Promise<GetCapabilitiesResponse> {
    const { client } = this.#connections;
    const request = create(GetCapabilitiesRequestSchema);
    return callUnary(client, textToSpeech.getCapabilities, request, options);
  }

  /** Closes all connections. Calls that run are dropped: wait for them. */
  close(): void {
    this.#connections.close();
  }
}

function metadataOf(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(values)) metadata.set(name, value);
  return metadata;
}
