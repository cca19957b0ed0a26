/**
 * From the config to what listens.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { type Handler, HttpServer, type KeyPair } from "./http/listener/http_server.ts";
import { KeyPairError, TlsListener } from "./http/listener/tls_listener.ts";
import type { Clock } from "./lib/clock.ts";
import { FileWatch } from "./lib/file_watch.ts";
import { readTextFiles } from "./lib/text_files.ts";
import { loggerOf } from "./telemetry/logger.ts";

/** What a listener is opened with. */
export interface OpenListenerOptions {
  readonly config: Config;
  readonly handler: Handler;
  readonly clock: Clock;
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

/** Opens it. @throws {ConfigError} if it cannot be opened as the config says. */
export function openListener(options: OpenListenerOptions): Listener {
  const { tlsCert, tlsKey } = options.config;
  if ((tlsCert === "") !== (tlsKey === "")) {
    throw new ConfigError(["TLS_CERT, TLS_KEY: one needs the other"]);
  }
  return tlsCert === "" ? openPlain(options) : openSecure(options);
}

function openPlain({ config, handler, clock }: OpenListenerOptions): Listener {
  const { host: hostname, port } = config;
  const server = listen(config, () => new HttpServer({ hostname, port, handler, clock }));
  return {
    addr: server.addr,
    isSecure: false,
    reload() {},
    close: () => server.close(),
  };
}

function openSecure({ config, handler, clock }: OpenListenerOptions): Listener {
  const { host: hostname, port, tlsCert, tlsKey } = config;
  const log = loggerOf("server");
  const files = new FileWatch<KeyPair>({
    clock,
    read: () => readPair(tlsCert, tlsKey),
    parse: ([cert, key]) => ({ cert: cert!, key: key! }),
    onChange(keyPair) {
      listener.replace(keyPair);
      log.info("Certificate reloaded", { ...described(keyPair) });
    },
    onProblem: (error) => log.warn("The certificate was not reloaded", { error }),
  });
  const keyPair = files.load();
  const listener: TlsListener = listen(config, () =>
    new TlsListener({
      hostname,
      port,
      keyPair,
      handler,
      clock,
      onAcceptError: (error) =>
        log.warn("A connection could not be taken", { error: String(error) }),
    }));
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

function listen<T>({ host, port }: Config, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new ConfigError([problemOf(error, `${host}:${port}`)]);
  }
}

/** Which setting is wrong: where to listen, or with what. */
function problemOf(error: unknown, address: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof KeyPairError) return `TLS_CERT, TLS_KEY: they are of no use: ${reason}`;
  return `HOST, PORT: cannot listen on ${address}: ` +
    (error instanceof Deno.errors.NotCapable
      ? "add this address to permissions.start.net in deno.json"
      : reason);
}
