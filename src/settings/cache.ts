/**
 * What is remembered of what was said.
 *
 * @module
 */

import { integer, secret } from "../lib/setting.ts";

/** By key; the flag has the key's name. */
export const cacheSettings = {
  cacheMb: integer({
    env: "CACHE_MB",
    description:
      "Memory for synthesised sentences that may be said again, in MiB; 0: none are kept.",
    min: 0,
    max: 65_536,
    fallback: 64,
  }),
  cacheUrl: secret({
    env: "CACHE_URL",
    description:
      "Redis or Valkey server that shares synthesised sentences among servers (docs/engines.md).",
    allowed: "redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER]; rediss:// for TLS; or valkey(s)://",
    pattern:
      /^(redis|valkey)s?:\/\/([^\s/@]*@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\/\d{0,5})?$/,
    fallbackText: "none",
  }),
  cacheTtlS: integer({
    env: "CACHE_TTL_S",
    description: "Time for which that server keeps a sentence, in s.",
    min: 1,
    max: 31_536_000,
    fallback: 604_800,
  }),
};
