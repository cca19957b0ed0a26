/**
 * The connections to one worker. They are made anew whenever the worker was away, so that nothing is
 * left of waits, and of attempts that hang, from then.
 *
 * @module
 */

import type { ChannelCredentials, ClientOptions } from "@grpc/grpc-js";
import { HealthClient } from "../../grpc/health_client.ts";
import { TtsClient } from "../../grpc/tts_client.ts";
import type { Clock } from "../../lib/clock.ts";

/** Options of {@linkcode Wire}. */
export interface WireOptions {
  /** `host:port`. */
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly clock: Clock;
  /** The name that the worker's certificate is for, if the address does not say it. */
  readonly serverName?: string;
}

/** What the channels have in common. */
const CHANNEL: ClientOptions = {
  // A frozen worker, whose machine still answers, is noticed within the sum of the two.
  "grpc.keepalive_time_ms": 1_000,
  "grpc.keepalive_timeout_ms": 500,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  // A name whose address has changed: the worker was moved.
  "grpc.dns_min_time_between_resolutions_ms": 1_000,
  "grpc.service_config_disable_resolution": 1,
  // Else a new connection would be the old one.
  "grpc.use_local_subchannel_pool": 1,
};

/** See the module. Nothing is connected before the first call. */
export class Wire {
  readonly tts: TtsClient;
  /** On a connection of its own: answers do not wait for audio. */
  readonly health: HealthClient;
  #syntheses = 0;
  #isRetired = false;

  constructor({ address, credentials, clock, serverName }: WireOptions) {
    const channel = serverName === undefined ? CHANNEL : {
      ...CHANNEL,
      "grpc.ssl_target_name_override": serverName,
      "grpc.default_authority": serverName,
    };
    this.tts = new TtsClient(address, credentials, { channel, clock });
    this.health = new HealthClient(address, credentials, channel);
  }

  /** A synthesis begins. */
  take(): void {
    this.#syntheses++;
  }

  /** A synthesis is over. */
  release(): void {
    this.#syntheses--;
    if (this.#isRetired && this.#syntheses === 0) this.tts.close();
  }

  /** Closes the connections, that of the syntheses when the last one is over. */
  retire(): void {
    this.#isRetired = true;
    this.health.close();
    if (this.#syntheses === 0) this.tts.close();
  }
}
