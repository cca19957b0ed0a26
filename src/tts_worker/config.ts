/**
 * Flags and environment variables -> the worker's configuration, validated once.
 *
 * @module
 */

import { ConfigError } from "../errors.ts";
import type { ServerTls } from "../grpc/credentials.ts";
import { readTextFiles } from "../lib/text_files.ts";
import { readSettings, settingsHelp, type SettingValues } from "../lib/settings_reader.ts";
import { settings } from "./settings.ts";

/** The value of every setting. */
export type WorkerConfig = SettingValues<typeof settings>;

/** Reads the settings. @throws {ConfigError} that lists everything that is wrong. */
export function loadWorkerConfig(
  args: readonly string[],
  env: (name: string) => string | undefined,
): WorkerConfig {
  const { values, problems } = readSettings(settings, args, env);
  const all = [...problems, ...(problems.length === 0 ? tlsProblems(values) : [])];
  if (all.length > 0) throw new ConfigError(all);
  return values;
}

/**
 * Reads the files that TLS needs; undefined without TLS.
 *
 * @throws {ConfigError} that lists the files that cannot be read.
 */
export function readTls(config: WorkerConfig): ServerTls | undefined {
  if (config.tlsCert === "") return undefined;
  const { texts, problems } = readTextFiles({
    TTS_WORKER_TLS_CERT: config.tlsCert,
    TTS_WORKER_TLS_KEY: config.tlsKey,
    TTS_WORKER_TLS_CLIENT_CA: config.tlsClientCa,
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const clientCa = texts.TTS_WORKER_TLS_CLIENT_CA;
  return {
    cert: texts.TTS_WORKER_TLS_CERT,
    key: texts.TTS_WORKER_TLS_KEY,
    ...(clientCa && { clientCa }),
  };
}

/** What `--help` prints. */
export function workerHelp(): string {
  return [
    "Syrinx TTS worker: speech engines behind gRPC.",
    "",
    "Usage: deno task tts-worker [--flag value ...]",
    "",
    "A flag wins over its environment variable.",
    "",
    settingsHelp(settings),
    "  --help\n      Print this text.",
  ].join("\n");
}

function tlsProblems({ tlsCert, tlsKey, tlsClientCa }: WorkerConfig): string[] {
  const { tlsCert: cert, tlsKey: key, tlsClientCa: clientCa } = settings;
  if ((tlsCert === "") !== (tlsKey === "")) {
    return [`${cert.env}, ${key.env}: one without the other is of no use`];
  }
  if (tlsClientCa !== "" && tlsCert === "") {
    return [`${clientCa.env}: it takes a certificate of the worker, too: ${cert.env}, ${key.env}`];
  }
  return [];
}
