/**
 * The cache that settings ask for.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Backend } from "../../speech/backend.ts";
import { type CachedBackend, createCachedBackend, type StoreEvent } from "./cached_backend.ts";
import type { Store } from "./store.ts";

/** Options of {@linkcode openCache}. */
export interface OpenCacheOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  /** See `CachedBackendOptions`. */
  readonly identity: () => string;
  /** The setting `CACHE_MB`. */
  readonly megabytes: number;
  /** The setting `CACHE_URL`; empty for none. */
  readonly url: string;
  /** The setting `CACHE_TTL_S`. */
  readonly ttlS: number;
  /** Told when the store comes and goes. */
  readonly onEvent: (event: StoreEvent) => void;
}

/**
 * Opens it; undefined where none is wanted. A store is not waited for.
 *
 * @throws {ConfigError} if the store cannot be one.
 */
export async function openCache(options: OpenCacheOptions): Promise<CachedBackend | undefined> {
  const { backend, clock, identity, megabytes, url, ttlS, onEvent } = options;
  if (megabytes === 0 && url !== "") {
    throw new ConfigError(["CACHE_URL: it needs a cache in memory before it: CACHE_MB is 0"]);
  }
  if (megabytes === 0) return undefined;
  const store = url === "" ? undefined : await openStore(url);
  return createCachedBackend({
    backend,
    clock,
    identity,
    maxBytes: megabytes * 2 ** 20,
    ...(store && { store: { store, ttlS, onEvent } }),
  });
}

/** Never tells the address as a whole: there may be a password in it. */
async function openStore(url: string): Promise<Store> {
  const { hostname, port } = parse(url);
  const host = `${hostname}:${port || 6379}`;
  if (Deno.permissions.querySync({ name: "net", host }).state !== "granted") {
    throw new ConfigError([
      `CACHE_URL: ${host} is not allowed with these permissions; start it with: ` +
      "deno task start-fleet, or add it to permissions.start.net in deno.json",
    ]);
  }
  // Loaded only where it is needed.
  const { connectRedis } = await import("./redis_store.ts");
  return connectRedis(url);
}

function parse(url: string): URL {
  try {
    // The parser knows ports only of schemes that it knows; any will do.
    return new URL(url.replace(/^[a-z]+:/, "redis:"));
  } catch {
    throw new ConfigError(["CACHE_URL: it is not an address"]);
  }
}
