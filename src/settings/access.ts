/**
 * Who may come, and how much of the server one may take.
 *
 * @module
 */

import { filePath, integer, list, secret, text } from "../lib/setting.ts";

/** By key; the flag has the key's name. */
export const accessSettings = {
  apiKeysFile: text({
    env: "API_KEYS_FILE",
    description: "File of keys, made with `deno task keys`; read again when it changes.",
    ...filePath,
  }),
  tokenSecret: secret({
    env: "TOKEN_SECRET",
    description: "What short-lived tokens are signed with; servers that share it take each " +
      "other's tokens.",
    allowed: "32 to 512 characters",
    pattern: /^.{32,512}$/,
    fallbackText: "random, so that tokens end with the server",
  }),
  allowedOrigins: list({
    env: "ALLOWED_ORIGINS",
    description: "Origins whose pages may use the server, separated by commas; none: all.",
    allowed: "origins such as https://example.com",
    pattern: /^https?:\/\/[A-Za-z0-9.-]+(:\d+)?$/,
  }),
  maxSessionsPerAddress: integer({
    env: "MAX_SESSIONS_PER_ADDRESS",
    description: "Connections at the same time from one address (IPv6: one /64 network); " +
      "addresses of a load balancer are all one.",
    min: 1,
    max: 100_000,
    fallback: 1_000,
  }),
  maxLoadPercent: integer({
    env: "MAX_LOAD_PERCENT",
    description: "Share of the workers that may be needed to speak in real time to who is being " +
      "spoken to, in percent; beyond, no new sessions are taken.",
    min: 1,
    max: 10_000,
    fallback: 80,
  }),
  maxLateMs: integer({
    env: "MAX_LATE_MS",
    description: "Time that sentences may wait for a worker while their listeners hear nothing, " +
      "in ms; while some of a tenant's wait longer, it may open no new sessions.",
    min: 1,
    max: 600_000,
    fallback: 300,
  }),
  maxLoopLagMs: integer({
    env: "MAX_LOOP_LAG_MS",
    description:
      "Mean lateness of the event loop over 2 s above which no new sessions are taken, " +
      "in ms.",
    min: 1,
    max: 600_000,
    fallback: 100,
  }),
  maxTotalBufferedBytes: integer({
    env: "MAX_TOTAL_BUFFERED_BYTES",
    description: "Bytes in all send buffers above which no new sessions are taken.",
    min: 65_536,
    max: 17_179_869_184,
    fallback: 268_435_456,
  }),
  maxMemoryMb: integer({
    env: "MAX_MEMORY_MB",
    description:
      "Memory that the process may take, in MiB. From 70 % of it on no new sessions are taken, and " +
      "those that are there have to do with less.",
    min: 128,
    max: 1_048_576,
    fallback: 2_048,
  }),
};
