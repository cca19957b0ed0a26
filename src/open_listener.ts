/**
 * From the config to what listens.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { cannotListen, type Handler, HttpServer } from "./http/listener/http_server.ts";
import {
  GuardedListener,
  type GuardedListenerOptions,
  KeyPairError,
} from "./http/listener/guarded_listener.ts";
import type { Clock } from "./lib/clock.ts";
import { FileWatch } from "./lib/file_watch.ts";
import type { KeyPair } from "./lib/key_pair.ts";
import { readTextFiles } from "./lib/text_files.ts";
import { loggerOf } from "./telemetry/logger.ts";

/** What a listener is opened with. */
export interface OpenListenerOptions {
  readonly config: Config;
  readonly handler: Handler;
  readonly clock: Clock;
  /** A connection was cut: there were too many, or it took too long to ask. */
  readonly onCut: GuardedListenerOptions["onCut"];
  readonly isShortOfMemory: () => boolean;
  /** Whether other processes of the server listen at the same port. @default {false} */
  readonly reusePort?: boolean;
}

/** Where clients connect to. */
export interface Listener {
  readonly addr: Deno.NetAddr;
  /** Whether it speaks TLS. */
  readonly isSecure: boolean;
  /** Looks now whether the certificate is another one. */
  reload(): void;
  /** Takes no more connections, and resolves when the last answers are given or their time is over. */
  close(): Promise<void>;
}

/**
 * Bytes of a client's whole messages that may be on their way to the server, in the buffers of sockets on
 * this machine, and so many of them while memory is short.
 */
const UNREAD_BYTES = 16 * 2 ** 20;
const SHORT_UNREAD_BYTES = 2 ** 20;

/** Opens it. @throws {ConfigError} if it cannot be opened as the config says. */
export function openListener(options: OpenListenerOptions): Listener {
  const { tlsCert, tlsKey } = options.config;
  if ((tlsCert === "") !== (tlsKey === "")) {
    throw new ConfigError(["TLS_CERT, TLS_KEY: one needs the other"]);
  }
  if (tlsCert !== "") return openSecure(options);
  const open = options.config.guardConnections ? createGuarded : createPlain;
  const listener = listen(options.config, () => open(options));
  return {
    addr: listener.addr,
    isSecure: false,
    reload() {},
    close: () => listener.close(),
  };
}

function createPlain(options: OpenListenerOptions): HttpServer {
  const { config: { host: hostname, port }, handler, clock, reusePort = false } = options;
  return new HttpServer({ hostname, port, reusePort, handler, clock });
}

function createGuarded(options: OpenListenerOptions, keyPair?: KeyPair): GuardedListener {
  const { config, handler, clock, onCut, isShortOfMemory, reusePort = false } = options;
  return new GuardedListener({
    hostname: config.host,
    port: config.port,
    reusePort,
    ...(keyPair && { keyPair }),
    maxConnections: config.maxConnections,
    handshakeMs: config.handshakeTimeoutMs,
    maxUnreadBytes: () =>
      config.maxMessageBytes + (isShortOfMemory() ? SHORT_UNREAD_BYTES : UNREAD_BYTES),
    handler,
    clock,
    onCut,
    onAcceptError: (error) =>
      loggerOf("server").warn("A connection could not be taken", { error: String(error) }),
  });
}

function openSecure(options: OpenListenerOptions): Listener {
  const { config, clock } = options;
  const log = loggerOf("server");
  const files = new FileWatch<KeyPair>({
    clock,
    read: () => readPair(config.tlsCert, config.tlsKey),
    parse: ([cert, key]) => ({ cert: cert!, key: key! }),
    onChange(keyPair) {
      listener.replace(keyPair);
      log.info("Certificate reloaded", { ...described(keyPair) });
    },
    onProblem: (error) => log.warn("The certificate was not reloaded", { error }),
  });
  const keyPair = files.load();
  const listener: GuardedListener = listen(config, () => createGuarded(options, keyPair));
  log.info("Certificate loaded", { ...described(keyPair) });
  files.start();
  return {
    addr: listener.addr,
    isSecure: true,
    reload: () => files.reload(),
    close() {
      files.stop();
      return listener.close();
    },
  };
}

function readPair(cert: string, key: string): readonly string[] {
  const { texts, problems } = readTextFiles({ TLS_CERT: cert, TLS_KEY: key });
  if (problems.length > 0) throw new ConfigError(problems);
  return [texts.TLS_CERT, texts.TLS_KEY];
}

/** What a log should tell of it. */
function described({ cert }: KeyPair): { readonly names: string; readonly valid_to: string } {
  const { subject, subjectAltName, validTo } = new X509Certificate(cert);
  return { names: subjectAltName ?? subject, valid_to: new Date(validTo).toISOString() };
}

function listen<T>(config: Config, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new ConfigError([
      error instanceof KeyPairError
        ? `TLS_CERT, TLS_KEY: they are of no use: ${error.message}`
        : cannotListen(config, error, "start"),
    ]);
  }
}
