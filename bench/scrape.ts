/**
 * What a scrape does to frames: the time for which it holds up the event loop, which is the most that
 * it can delay any of them, and their lateness around scrapes and away from them, in a server with
 * many sessions speaking.
 *
 * @module
 */

import { ScriptedBackend } from "../src/backends/scripted.ts";
import { defaultConfig, startServer, systemClock } from "../src/mod.ts";
import { LoopLag } from "../src/telemetry/loop_lag.ts";
import { createMetrics } from "../src/telemetry/metrics/metrics.ts";
import { BenchListener } from "./listener.ts";
import { quantile, type Report, round } from "./report.ts";

const SESSIONS = 100;
const WORKERS = 2;
const SCRAPES = 200;
const PAUSE_MS = 50;

/** Frames sent within this time of a scrape's start are beside it, in ms. */
const BESIDE_MS = 20;

/** By how much a scrape may delay a frame, in ms. */
const MAX_DELAY_MS = 5;

/** Longer than the part takes. */
const TEXT = Array.from({ length: 40 }, (_, index) => `This is sentence number ${index}.`).join(
  " ",
);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const idle = {
  queued: 0,
  workers: WORKERS,
  busyWorkers: 0,
  sessions: SESSIONS,
  connections: SESSIONS,
  sendBufferBytes: 0,
  unpacedWaiting: 0,
  isReady: true,
};

/** Runs the part. */
export async function scrape(): Promise<Report> {
  const sent: { readonly at: number; readonly lateMs: number }[] = [];
  const metrics = createMetrics({
    clock: systemClock,
    workers: WORKERS,
    slas: { bargeInMs: 50, firstAudioMs: 500, synthesisMs: 300 },
    build: { version: "", deno: "", engine: "" },
    loopLag: new LoopLag({ clock: systemClock }),
    live: () => idle,
  });
  const server = startServer({
    config: { ...defaultConfig(), port: 0, workers: WORKERS },
    backend: new ScriptedBackend({ clock: systemClock }),
    record: (event) => {
      metrics.record(event);
      if (event.type === "audio_sent") sent.push({ at: performance.now(), lateMs: event.lateMs });
    },
  });
  const host = `127.0.0.1:${server.address.port}`;
  const listeners: BenchListener[] = [];
  for (let count = 0; count < SESSIONS; count++) {
    const listener = await BenchListener.connect(`ws://${host}/v1/session`);
    listener.send({ type: "text", text: TEXT, final: true });
    listeners.push(listener);
    await pause(5);
  }
  const scrapes: number[] = [];
  const heldMs: number[] = [];
  let bytes = 0;
  for (let count = 0; count < SCRAPES; count++) {
    scrapes.push(performance.now());
    bytes = (await (await fetch(`http://${host}/metrics`)).bytes()).length;
    await pause(PAUSE_MS);
    // It yields to promises only, so nothing else runs between its beginning and its end.
    const start = performance.now();
    await metrics.scrape(null);
    heldMs.push(performance.now() - start);
    await pause(PAUSE_MS);
  }
  for (const listener of listeners) listener.close();
  await server.stop(0);

  const isBeside = (at: number) => scrapes.some((start) => at >= start && at < start + BESIDE_MS);
  const during = sent.filter(({ at }) => at >= scrapes[0]! && at < scrapes.at(-1)!);
  const beside = during.filter(({ at }) => isBeside(at)).map(({ lateMs }) => lateMs);
  const away = during.filter(({ at }) => !isBeside(at)).map(({ lateMs }) => lateMs);
  const row = (what: string, values: number[]) => ({
    what,
    count: values.length,
    "p50 ms": round(quantile(values, 0.5)),
    "p99 ms": round(quantile(values, 0.99)),
    "max ms": round(quantile(values, 1)),
  });
  return {
    title: `Lateness of audio, ${SESSIONS} sessions, ${SCRAPES} scrapes of ${bytes} bytes`,
    rows: [
      row("loop held up by a scrape", heldMs),
      row("lateness beside a scrape", beside),
      row("lateness away from one", away),
    ],
    goals: [{
      goal: `a scrape delays no frame by more than ${MAX_DELAY_MS} ms (p99 of the time it takes)`,
      isMet: quantile(heldMs, 0.99) < MAX_DELAY_MS,
    }],
  };
}
