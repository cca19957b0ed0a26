/**
 * `deno task start`: the server as a program.
 *
 * @module
 */

import { helpText } from "./src/config.ts";
import {
  Child,
  CHILD_FLAG,
  type Config,
  ConfigError,
  createProfilerOf,
  loadConfig,
  loggerOf,
  openBackend,
  reload,
  type Server,
  startLogging,
  startServer,
  supervise,
  type Voice,
} from "./src/mod.ts";

/** The exit code for a configuration that cannot be used. */
const BAD_CONFIG = 2;

/** @returns the exit code. */
async function main(): Promise<number> {
  if (Deno.args.includes("--help")) {
    console.log(helpText());
    return 0;
  }
  const isChild = Deno.args[0] === CHILD_FLAG;
  const args = isChild ? Deno.args.slice(1) : Deno.args;
  const load = () => loadConfig(args, (name) => Deno.env.get(name));
  if (isChild) {
    await serve(load, await Child.begin(Deno.stdin.readable));
    return 0;
  }
  const config = load();
  if (config.processes > 1) {
    startLogging({ level: config.logLevel, format: config.logFormat });
    return await supervise({ config, args });
  }
  await serve(load);
  return 0;
}

/** Serves until a signal, as the whole server or as one of its processes. */
async function serve(loadAll: () => Config, child?: Child): Promise<void> {
  const load = () => child?.shareOf(loadAll()) ?? loadAll();
  const config = load();
  const log = ({ logLevel: level }: Config) =>
    startLogging({
      level,
      format: config.logFormat,
      text: config.logText,
      ...(child && { fields: { process: child.role.process } }),
    });
  log(config);
  const profiler = createProfilerOf(config);
  const { backend, close, reload: takeBackends = () => {}, ...watch } = await openBackend({
    config,
    profiler,
    env: (name) => Deno.env.get(name),
  });
  try {
    const server = startServer({
      config,
      backend,
      profiler,
      ...watch,
      ...(child && { share: child.share }),
    });
    const takers = [log, takeBackends, (config: Config) => server.reload(config)];
    const orders = { stop: () => server.stop(), reload: () => reload({ config, load, takers }) };
    const stopped = untilStopped(orders, child);
    // Of several processes the last to be there speaks for all.
    if (await child?.tellReady() ?? true) {
      // A log of JSON lines stays one: it has told the start already.
      if (config.logFormat === "text") printWelcome(server, backend.voices);
      warnOfOthers(server);
    }
    await stopped;
    await child?.close();
  } finally {
    await close();
  }
}

/** Resolves when the server has stopped after a signal; a second signal hurries it. */
function untilStopped(
  { stop, reload }: { readonly stop: () => Promise<void>; readonly reload: () => void },
  child?: Child,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStopping = false;
  function end(hurries: boolean): void {
    if (isStopping && !hurries) return;
    isStopping = true;
    stop().then(resolve);
  }
  // A signal to a group of processes comes to each: only the supervisor knows if it was the second.
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => end(child === undefined));
  }
  Deno.addSignalListener("SIGHUP", reload);
  child?.obey((order) => order === "reload" ? reload() : end(order === "hurry"));
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

/** Says what other machines can do. */
function warnOfOthers({ address, isOpenToAll, isUnguarded }: Server): void {
  const { hostname, port } = address;
  const log = loggerOf("server");
  if (isOpenToAll) {
    log.warn(
      `Anyone who can reach ${hostname}:${port} may speak. Set API_KEYS or API_KEYS_FILE, or HOST=127.0.0.1.`,
    );
  }
  if (isUnguarded) {
    log.warn(
      "Connections that never ask, and messages without end, are not cut. " +
        "Set GUARD_CONNECTIONS=true or TLS_CERT where strangers can connect.",
    );
  }
}

try {
  const code = await main();
  // The runtime keeps the timer of a WebSocket that was lost without a goodbye: up to half a ping
  // timeout in which nothing is left to do.
  Deno.exit(code);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  Deno.exit(BAD_CONFIG);
}
