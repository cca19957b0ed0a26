/**
 * `deno task tts-worker`: the worker as a program.
 *
 * @module
 */

import { createEmbeddedBackend, type ThreadEvent } from "../backends/embedded.ts";
import { ConfigError } from "../errors.ts";
import { systemClock } from "../lib/clock.ts";
import { loggerOf, startLogging } from "../telemetry/logger.ts";
import { loadWorkerConfig, readTls, workerHelp } from "./config.ts";
import { engineTraits } from "./engine_traits.ts";
import { logThreadEvent } from "../log_threads.ts";
import { workerLog } from "./log.ts";
import { serveMetrics } from "./metrics_server.ts";
import { startTtsWorker, type TtsWorker } from "./worker.ts";

/** The exit code for a configuration that cannot be used. */
const BAD_CONFIG = 2;

async function main(): Promise<void> {
  if (Deno.args.includes("--help")) return console.log(workerHelp());
  const config = loadWorkerConfig(Deno.args, (name) => Deno.env.get(name));
  startLogging({ level: config.logLevel, format: config.logFormat });
  const tls = readTls(config);
  const log = loggerOf("tts_worker");
  let worker: TtsWorker | undefined;
  const backend = await createEmbeddedBackend({
    engine: config.engine,
    engineOptions: { modelDir: config.modelDir, modelThreads: config.modelThreads },
    threads: config.threads,
    clock: systemClock,
    onEvent(event) {
      logThreadEvent(log, event);
      worker?.setServing(canSpeak(event, backend.stats().threads));
    },
  });
  try {
    worker = await startTtsWorker({
      backend,
      traits: engineTraits(config.engine),
      host: config.host,
      port: config.port,
      maxConcurrentSyntheses: config.maxConcurrentSyntheses || config.threads,
      maxTextLength: config.maxTextLength,
      reflection: config.reflection,
      drainMs: config.drainMs,
      record: workerLog(log),
      threadStats: () => backend.stats(),
      ...(tls === undefined ? {} : { tls }),
    });
    await serve(worker, config);
  } finally {
    await backend.close();
  }
}

/** Serves until a signal has stopped the worker. */
async function serve(
  worker: TtsWorker,
  config: ReturnType<typeof loadWorkerConfig>,
): Promise<void> {
  const metrics = config.metricsPort < 0
    ? undefined
    : serveMetrics(config.host, config.metricsPort, () => worker.metrics());
  const scraped = metrics === undefined ? "" : `; metrics: port ${metrics.addr.port}`;
  const how = config.tlsCert === "" ? "plain text" : "TLS";
  console.log(`TTS worker (${config.engine}) listens on ${worker.address}, ${how}${scraped}`);
  await untilStopped(worker);
  await metrics?.shutdown();
}

/** Resolves when the worker has stopped after a signal; a second signal hurries it. */
function untilStopped(worker: TtsWorker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => worker.stop().then(resolve, reject));
  }
  return promise;
}

/** Whether any thread is in service after the event; one that has started is about to be. */
function canSpeak(event: ThreadEvent, threads: number): boolean {
  return event.type === "thread_started" || threads > 0;
}

try {
  await main();
  // A thread that hung cannot be ended, and would keep the process.
  Deno.exit();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  // Engines name the server's settings; the worker has the same ones under names of its own.
  const ours = (problem: string) =>
    problem.replace(/^(ENGINE|MODEL_DIR|MODEL_THREADS)\b/, "TTS_WORKER_$1");
  for (const problem of error.problems) console.error(ours(problem));
  Deno.exit(BAD_CONFIG);
}
