/**
 * Where the server listens, and who may come.
 *
 * @module
 */

import { filePath, flag, integer, secrets, text } from "../lib/setting.ts";

/** What a key looks like. */
const keys = {
  allowed: "keys of 16 to 128 of the characters A-Z a-z 0-9 _ - .",
  pattern: /^[A-Za-z0-9_.-]{16,128}$/,
};

/** By key; the flag has the key's name. */
export const listenerSettings = {
  settingsFile: text({
    env: "SETTINGS_FILE",
    description: "File of lines NAME=VALUE, for settings that neither a flag nor the environment " +
      "gives; read again at SIGHUP.",
    ...filePath,
  }),
  host: text({
    env: "HOST",
    description: "Address to listen on.",
    allowed: "a host name or an IP address",
    pattern: /^[A-Za-z0-9.:_-]+$/,
    fallback: "127.0.0.1",
  }),
  port: integer({
    env: "PORT",
    description: "Port to listen on; 0 takes a free one.",
    min: 0,
    max: 65_535,
    fallback: 8081,
  }),
  processes: integer({
    env: "PROCESSES",
    description: "Processes that share the port, for as many cores; more than one takes " +
      "`deno task start-many` (docs/scaling.md).",
    min: 1,
    max: 256,
    fallback: 1,
  }),
  tlsCert: text({
    env: "TLS_CERT",
    description: "File of a certificate and its chain, PEM: with it the listener speaks TLS.",
    ...filePath,
  }),
  tlsKey: text({
    env: "TLS_KEY",
    description:
      "File of the certificate's private key, PEM. Both are read again when they change.",
    ...filePath,
  }),
  guardConnections: flag({
    env: "GUARD_CONNECTIONS",
    description:
      "Whether the two limits below hold without TLS too, and one on WebSocket messages that " +
      "are never whole (16 MiB more than MAX_MESSAGE_BYTES; 1 MiB while memory is short), which the runtime " +
      "keeps without end. It costs CPU for every message; on the open internet it is needed.",
    fallback: false,
  }),
  maxConnections: integer({
    env: "MAX_CONNECTIONS",
    description: "Connections at the same time, whatever they ask for, with TLS or " +
      "GUARD_CONNECTIONS; one more is closed.",
    min: 1,
    max: 1_000_000,
    fallback: 10_000,
  }),
  handshakeTimeoutMs: integer({
    env: "HANDSHAKE_TIMEOUT_MS",
    description: "Time that a connection has for TLS and the head of its first request, in ms, " +
      "with TLS or GUARD_CONNECTIONS.",
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  apiKeys: secrets({
    env: "API_KEYS",
    description:
      "Keys of which clients must show one, separated by commas; none: anyone may speak.",
    ...keys,
  }),
  adminKeys: secrets({
    env: "ADMIN_KEYS",
    description:
      "Keys for /metrics and /debug, separated by commas; none: they are for this machine only.",
    ...keys,
  }),
  drainMs: integer({
    env: "DRAIN_MS",
    description: "Time that sessions have to finish when the server stops, in ms.",
    min: 0,
    max: 3_600_000,
    fallback: 30_000,
  }),
  drainTakesNew: flag({
    env: "DRAIN_TAKES_NEW",
    description:
      "Whether sessions may begin new utterances while they still speak and the server " +
      "is about to stop.",
    fallback: true,
  }),
  maxSessions: integer({
    env: "MAX_SESSIONS",
    description: "Sessions at the same time; one more is answered with 503.",
    min: 1,
    max: 100_000,
    fallback: 1_000,
  }),
  pingTimeoutS: integer({
    env: "PING_TIMEOUT_S",
    description: "A client that does not answer a WebSocket ping for this long is gone, in s.",
    min: 1,
    max: 3_600,
    fallback: 30,
  }),
};
