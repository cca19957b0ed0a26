/**
 * A Redis or Valkey server as a store; the one file that knows the client library.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createClient, RESP_TYPES } from "@redis/client";
import type { Store } from "./store.ts";

/** Longest wait for a connection, in ms. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Time between signs of life that a quiet connection is asked for, in ms. */
const PING_MS = 5_000;

/** Silence of the server after which the connection is taken for lost, in ms. */
const SILENCE_MS = 12_000;

/** Requests that wait for an answer; more fail at once. */
const MAX_REQUESTS = 1_000;

/** Longest pause before the next attempt to connect, in ms. */
const MAX_RETRY_MS = 5_000;

/**
 * Begins to connect, and goes on until it is closed.
 *
 * @param url `redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER]`; `rediss` for TLS, and the same with
 * `valkey`.
 */
export function connectRedis(url: string): Store {
  const client = openClient(url.replace(/^valkey/, "redis"));
  const store: Store = {
    get isReady() {
      return client.isReady;
    },
    onChange: () => {},
    async get(key) {
      return await client.get(key) ?? undefined;
    },
    async set(key, value, ttlS) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      await client.set(key, bytes, { expiration: { type: "EX", value: ttlS } });
    },
    async ping() {
      await client.ping();
    },
    close: () => client.destroy(),
  };
  client.on("ready", () => store.onChange());
  client.on("error", (error: Error) => store.onChange(error.message));
  // It fails only when it is closed before it was connected.
  client.connect().catch(() => {});
  return store;
}

function openClient(url: string) {
  return createClient({
    url,
    // The older protocol: every server has it, and nothing is told that was not asked for.
    RESP: 2,
    maintNotifications: "disabled",
    disableClientInfo: true,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_REQUESTS,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(MAX_RETRY_MS, 100 * 2 ** Math.min(retries, 10)),
    },
  }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}
