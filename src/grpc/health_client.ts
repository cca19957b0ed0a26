/**
 * A typed client of `grpc.health.v1.Health`.
 *
 * @module
 */

import { create } from "@bufbuild/protobuf";
import { type ChannelCredentials, Client, type ClientOptions } from "@grpc/grpc-js";
import { channelOptions } from "./channel_options.ts";
import { health } from "./definitions.ts";
import {
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Status,
} from "./gen/grpc/health/v1/health_pb.ts";
import { repairHttp2 } from "./http2_repair.ts";
import { readCall } from "./read_call.ts";
import { callUnary, type UnaryOptions } from "./unary_call.ts";

/** What a server says of a service. */
export type ServingStatus = keyof typeof Status;

/** See the module. Nothing is connected before the first call. */
export class HealthClient {
  readonly #client: Client;

  constructor(target: string, credentials: ChannelCredentials, options: ClientOptions = {}) {
    repairHttp2();
    this.#client = new Client(target, credentials, { ...channelOptions, ...options });
  }

  /**
   * How a service is now; the empty name is the server.
   *
   * @throws {Error} a `ServiceError`, NOT_FOUND for a name that the server does not know, or the
   * signal's reason.
   */
  async check(service: string, options: UnaryOptions = {}): Promise<ServingStatus> {
    const request = create(HealthCheckRequestSchema, { service });
    return servingStatus(await callUnary(this.#client, health.check, request, options));
  }

  /**
   * How a service is now, and again whenever that changes; it does not end by itself.
   *
   * @throws {Error} the `ServiceError` that the call ends with.
   * @throws the signal's reason, at once when it aborts.
   */
  async *watch(
    service: string,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<ServingStatus, void, void> {
    const { path, requestSerialize, responseDeserialize } = health.watch;
    const request = create(HealthCheckRequestSchema, { service });
    const open = () =>
      this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    for await (const response of readCall(open, options)) yield servingStatus(response);
  }

  /** Closes the channel. Calls that run are dropped: wait for them. */
  close(): void {
    this.#client.close();
  }
}

/** One that came after this was written is `UNKNOWN`. */
function servingStatus(response: HealthCheckResponse): ServingStatus {
  return (Status[response.status] ?? "UNKNOWN") as ServingStatus;
}
