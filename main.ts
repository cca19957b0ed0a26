/**
 * `deno task start`: the server as a program.
 *
 * @module
 */

import { helpText } from "./src/config.ts";
import {
  type Config,
  ConfigError,
  createEmbeddedBackend,
  createProfilerOf,
  loadConfig,
  loggerOf,
  type Server,
  startLogging,
  startServer,
  systemClock,
  type ThreadEvent,
  type Voice,
} from "./src/mod.ts";

/** The exit code for a configuration that cannot be used. */
const BAD_CONFIG = 2;

/** Engine threads at most, unless more are asked for: each takes memory. */
const MAX_THREADS = 8;

async function main(): Promise<void> {
  if (Deno.args.includes("--help")) return console.log(helpText());
  const config = loadConfig(Deno.args, (name) => Deno.env.get(name));
  startLogging({ level: config.logLevel, format: config.logFormat, text: config.logText });
  const profiler = createProfilerOf(config);
  // More threads than cores would only take turns.
  const threads = Math.min(config.workers || MAX_THREADS, navigator.hardwareConcurrency);
  const backend = await createEmbeddedBackend({
    engine: config.engine,
    threads,
    clock: systemClock,
    onEvent: logThread,
    ...(profiler.threads && { profiling: profiler.threads }),
  });
  try {
    const server = startServer({
      config,
      backend,
      profiler,
      engineThreads: () => ({ ...backend.stats(), wanted: threads }),
    });
    printWelcome(config, server, backend.voices);
    await untilStopped(server);
  } finally {
    await backend.close();
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

function logThread({ type, ...fields }: ThreadEvent): void {
  const log = loggerOf("engine");
  switch (type) {
    case "thread_started":
      return log.debug("Engine thread started", fields);
    case "thread_start_failed":
      return log.error("Engine thread could not be started", fields);
    case "thread_replaced":
      return log.warn("Engine thread replaced", fields);
  }
}

function printWelcome(config: Config, server: Server, voices: readonly Voice[]): void {
  const { hostname, port } = server.address;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const others = voices.map((voice) => voice.id).filter((id) => id !== server.defaultVoice);
  const elsewhere = port === 8081 ? "" : ` --url ws://${host}:${port}/v1/session`;
  console.log([
    `Syrinx listens on http://${host}:${port} (sessions: ws://${host}:${port}/v1/session)`,
    `Voices: ${server.defaultVoice} (default), ${others.join(", ")}`,
    `Try it: npx --yes deno@2.9.6 task say${elsewhere} "Hello, I am Syrinx."`,
  ].join("\n"));
  if (config.apiKeys.length === 0 && !isLoopback(hostname)) {
    console.warn(
      `Warning: anyone who can reach ${host}:${port} may speak. Set API_KEYS, or HOST=127.0.0.1.`,
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
