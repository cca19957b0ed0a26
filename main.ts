/**
 * `deno task start`: the server as a program.
 *
 * @module
 */

import { helpText } from "./src/config.ts";
import {
  type Config,
  ConfigError,
  createProfilerOf,
  loadConfig,
  loggerOf,
  openBackend,
  type Server,
  startLogging,
  startServer,
  type Voice,
} from "./src/mod.ts";

/** The exit code for a configuration that cannot be used. */
const BAD_CONFIG = 2;

async function main(): Promise<void> {
  if (Deno.args.includes("--help")) return console.log(helpText());
  const config = loadConfig(Deno.args, (name) => Deno.env.get(name));
  startLogging({ level: config.logLevel, format: config.logFormat, text: config.logText });
  const profiler = createProfilerOf(config);
  const { backend, close, ...watch } = await openBackend({
    config,
    profiler,
    env: (name) => Deno.env.get(name),
  });
  try {
    const server = startServer({ config, backend, profiler, ...watch });
    const stopped = untilStopped(server);
    // A log of JSON lines stays one: it has told the start already.
    if (config.logFormat === "text") printWelcome(server, backend.voices);
    warnIfOpen(config, server);
    await stopped;
  } finally {
    await close();
  }
}

/** Resolves when the server has stopped after a signal; a second signal hurries it. */
function untilStopped(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => server.stop().then(resolve));
  }
  return promise;
}

function printWelcome(server: Server, voices: readonly Voice[]): void {
  const { hostname, port } = server.address;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const others = voices.map((voice) => voice.id).filter((id) => id !== server.defaultVoice);
  const s = server.isSecure ? "s" : "";
  const sessions = `ws${s}://${host}:${port}/v1/session`;
  const elsewhere = port === 8081 && !server.isSecure ? "" : ` --url ${sessions}`;
  console.log([
    `Syrinx listens on http${s}://${host}:${port} (sessions: ${sessions})`,
    `Voices: ${server.defaultVoice} (default), ${others.join(", ")}`,
    `Try it: npx --yes deno@2.9.6 task say${elsewhere} "Hello, I am Syrinx."`,
  ].join("\n"));
}

function warnIfOpen(config: Config, server: Server): void {
  const { hostname, port } = server.address;
  if (config.apiKeys.length === 0 && !isLoopback(hostname)) {
    loggerOf("server").warn(
      `Anyone who can reach ${hostname}:${port} may speak. Set API_KEYS, or HOST=127.0.0.1.`,
    );
  }
}

function isLoopback(hostname: string): boolean {
  return hostname.startsWith("127.") || hostname === "::1" || hostname === "localhost";
}

try {
  await main();
  // The runtime keeps the timer of a WebSocket that was lost without a goodbye: up to half a ping
  // timeout in which nothing is left to do.
  Deno.exit();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  Deno.exit(BAD_CONFIG);
}
