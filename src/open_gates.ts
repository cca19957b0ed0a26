/**
 * From the config to who may come in.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { Attempts } from "./auth/attempts.ts";
import { Keyring } from "./auth/keyring.ts";
import { parseKeys } from "./auth/key_file.ts";
import type { StoredKey } from "./auth/keys.ts";
import { Tokens } from "./auth/tokens.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { AdminGate, adminKeyNeeded } from "./http/admin_gate.ts";
import { Gate } from "./http/gate.ts";
import type { Clock } from "./lib/clock.ts";
import { FileWatch } from "./lib/file_watch.ts";
import { loggerOf } from "./telemetry/logger.ts";

/** Bytes of a secret that nobody has chosen. */
const SECRET_BYTES = 32;

/** Who may listen, and who may look. */
export interface Gates {
  readonly listeners: Gate;
  readonly admins: AdminGate;
  readonly tokens: Tokens;
  /** Takes the keys of a config, and looks at the key file now. Who is in stays in. */
  reload(config: Config): void;
  /** Begins to look for changes of the key file. */
  start(): void;
  /** Ends that. */
  stop(): void;
}

/**
 * The gates as the config wants them.
 *
 * @throws {ConfigError} if the key file cannot be used.
 */
export function openGates(config: Config, clock: Clock, onWrongKey: () => void): Gates {
  let { apiKeys } = config;
  const path = config.apiKeysFile;
  const keyFile = path === "" ? undefined : watch();
  let stored = keyFile === undefined ? [] : load(keyFile, path);
  const keyring = () => new Keyring(apiKeys, stored);
  const tokens = new Tokens(secretOf(config));
  const listeners = new Gate({
    keyring: keyring(),
    isKeyed: path !== "" || apiKeys.length > 0,
    onWrongKey,
    attempts: new Attempts(clock),
    tokens,
    origins: config.allowedOrigins,
  });
  const adminGate = new Gate({
    keyring: new Keyring(config.adminKeys),
    isKeyed: config.adminKeys.length > 0,
    onWrongKey,
    attempts: new Attempts(clock),
    keyNeeded: adminKeyNeeded,
  });
  warnIfShut();
  return {
    listeners,
    admins: new AdminGate(adminGate),
    tokens,
    reload(config) {
      apiKeys = config.apiKeys;
      keyFile?.reload();
      listeners.replaceKeys(keyring());
      adminGate.replaceKeys(new Keyring(config.adminKeys));
      warnIfShut();
    },
    start: () => keyFile?.start(),
    stop: () => keyFile?.stop(),
  };

  function warnIfShut(): void {
    if (!listeners.needsKey || keyring().size > 0) return;
    loggerOf("server").warn("There are no keys: nobody may speak");
  }

  function watch(): FileWatch<readonly StoredKey[]> {
    return new FileWatch<readonly StoredKey[]>({
      clock,
      read: () => [Deno.readTextFileSync(path)],
      parse: ([text]) => parseKeys(text!),
      onChange(keys) {
        stored = keys;
        listeners.replaceKeys(keyring());
        loggerOf("server").info("Keys reloaded", { keys: keys.length });
        warnIfShut();
      },
      onProblem: (problem) => loggerOf("server").warn("Keys were not reloaded", { error: problem }),
    });
  }
}

function load(file: FileWatch<readonly StoredKey[]>, path: string): readonly StoredKey[] {
  try {
    return file.load();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof Deno.errors.NotCapable
      ? "it is not allowed; keys.json here and what is in /etc/syrinx are, " +
        "or add it to permissions.start.read in deno.json"
      : error.message;
    throw new ConfigError([`API_KEYS_FILE: ${JSON.stringify(path)} cannot be used: ${reason}`]);
  }
}

function secretOf({ tokenSecret }: Config): Uint8Array {
  return tokenSecret === "" ? randomBytes(SECRET_BYTES) : new TextEncoder().encode(tokenSecret);
}
