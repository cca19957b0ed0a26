/**
 * What is left for one process of what the settings give to all.
 *
 * @module
 */

import type { Config } from "../config.ts";
import { MAX_THREADS } from "../settings/speech.ts";
import type { Role } from "./orders.ts";

/**
 * The config of one process. What is for the whole server is divided, and rounded up; what is for one
 * client, or one tenant, stays, since its sessions may all have come to one process.
 *
 * @param cores of the machine.
 */
export function shareOf(config: Config, role: Role, cores: number): Config {
  const part = (whole: number) => Math.ceil(whole / role.of);
  return {
    ...config,
    port: role.port,
    tokenSecret: role.tokenSecret,
    maxSessions: part(config.maxSessions),
    maxConnections: part(config.maxConnections),
    maxQueueDepth: part(config.maxQueueDepth),
    maxTotalBufferedBytes: part(config.maxTotalBufferedBytes),
    cacheMb: part(config.cacheMb),
    workers: part(config.workers) || threadsOf(config, part(cores)),
  };
}

/** As many as there are cores for it; what a fleet can do, only the fleet knows. */
function threadsOf({ ttsBackends }: Config, cores: number): number {
  return ttsBackends === "" ? Math.min(cores, MAX_THREADS) : 0;
}
