/**
 * Every setting of the TTS worker, declared once.
 *
 * @module
 */

import { engineNames } from "../engines/registry.ts";
import { choice, filePath, flag, integer, logLevels, type Setting, text } from "../lib/setting.ts";

const cores = navigator.hardwareConcurrency;

/** By key; the flag has the key's name. */
export const settings = {
  host: text({
    env: "TTS_WORKER_HOST",
    description: "Address to listen on.",
    allowed: "a host name or an IP address",
    pattern: /^[A-Za-z0-9.:_-]+$/,
    fallback: "127.0.0.1",
  }),
  port: integer({
    env: "TTS_WORKER_PORT",
    description: "Port of the gRPC server; 0 takes a free one.",
    min: 0,
    max: 65_535,
    fallback: 7001,
  }),
  engine: choice({
    env: "TTS_WORKER_ENGINE",
    description: "Speech engine.",
    choices: engineNames,
    fallback: engineNames[0]!,
  }),
  modelDir: text({
    env: "TTS_WORKER_MODEL_DIR",
    description: "Folder of the model that the engine sherpa speaks with.",
    allowed: "a folder's path",
    pattern: /^.{1,1024}$/,
    fallback: "",
    fallbackText: "none",
  }),
  modelThreads: integer({
    env: "TTS_WORKER_MODEL_THREADS",
    description: "Cores that the engine sherpa uses for one sentence.",
    min: 1,
    max: 64,
    fallback: 1,
  }),
  threads: integer({
    env: "TTS_WORKER_THREADS",
    description: "Engine threads in service; one more stands by.",
    min: 1,
    max: 256,
    fallback: cores,
    fallbackText: "cores",
  }),
  maxConcurrentSyntheses: integer({
    env: "TTS_WORKER_MAX_CONCURRENT_SYNTHESES",
    description: "Syntheses at the same time; one more is refused with RESOURCE_EXHAUSTED.",
    min: 1,
    max: 1024,
    fallback: 0,
    fallbackText: "as many as threads",
  }),
  maxTextLength: integer({
    env: "TTS_WORKER_MAX_TEXT_LENGTH",
    description: "Longest text of a request, in UTF-16 code units.",
    min: 1,
    max: 100_000,
    fallback: 5_000,
  }),
  reflection: flag({
    env: "TTS_WORKER_REFLECTION",
    description: "Tell tools like grpcurl what the services look like.",
    fallback: true,
  }),
  metricsPort: integer({
    env: "TTS_WORKER_METRICS_PORT",
    description: "Port of /metrics, over HTTP; 0 takes a free one.",
    min: 0,
    max: 65_535,
    fallback: -1,
    fallbackText: "off",
  }),
  drainMs: integer({
    env: "TTS_WORKER_DRAIN_MS",
    description: "Time that calls have to finish when the worker stops, in ms.",
    min: 0,
    max: 3_600_000,
    fallback: 30_000,
  }),
  logLevel: logLevels({
    env: "TTS_WORKER_LOG_LEVEL",
    description: "The least serious kind of log line that is written.",
    parts: ["tts_worker"],
  }),
  logFormat: choice({
    env: "TTS_WORKER_LOG_FORMAT",
    description: "Log lines for people, or as JSON.",
    choices: ["text", "json"],
    fallback: "text",
  }),
  tlsCert: text({
    env: "TTS_WORKER_TLS_CERT",
    description: "Certificate of the worker, PEM, with its intermediate ones; none: plain text.",
    ...filePath,
  }),
  tlsKey: text({
    env: "TTS_WORKER_TLS_KEY",
    description: "The certificate's key, PEM.",
    ...filePath,
  }),
  tlsClientCa: text({
    env: "TTS_WORKER_TLS_CLIENT_CA",
    description: "Authorities of which clients must show a certificate, PEM; none: any client.",
    ...filePath,
  }),
} satisfies Record<string, Setting<unknown>>;
