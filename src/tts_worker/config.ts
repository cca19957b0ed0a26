/**
 * Flags and environment variables -> the worker's configuration, validated once.
 *
 * @module
 */

import { ConfigError } from "../errors.ts";
import type { ServerTls } from "../grpc/credentials.ts";
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
export async function readTls(config: WorkerConfig): Promise<ServerTls | undefined> {
  if (config.tlsCert === "") return undefined;
  const problems: string[] = [];
  const read = async (key: "tlsCert" | "tlsKey" | "tlsClientCa"): Promise<string> => {
    try {
      return await Deno.readTextFile(config[key]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`${settings[key].env}: cannot read ${JSON.stringify(config[key])}: ${reason}`);
      return "";
    }
  };
  const [cert, key] = [await read("tlsCert"), await read("tlsKey")];
  const clientCa = config.tlsClientCa === "" ? {} : { clientCa: await read("tlsClientCa") };
  if (problems.length > 0) throw new ConfigError(problems);
  return { cert, key, ...clientCa };
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
