/**
 * What a scrape does to frames: their lateness around scrapes and away from them, in a server with
 * many sessions speaking, and the time for which a scrape holds up the event loop.
 *
 * @module
 */

import { ScriptedBackend } from "../src/backends/scripted.ts";
import { defaultConfig, startServer, systemClock } from "../src/mod.ts";
import { BenchListener } from "./listener.ts";
import { quantile, type Report, round } from "./report.ts";

const SESSIONS = 100;
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

/** Runs the part. */
export async function scrape(): Promise<Report> {
  const sent: { readonly at: number; readonly lateMs: number }[] = [];
  const server = startServer({
    config: { ...defaultConfig(), port: 0 },
    backend: new ScriptedBackend({ clock: systemClock }),
    record: (event) => {
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
  let bytes = 0;
  for (let count = 0; count < SCRAPES; count++) {
    scrapes.push(performance.now());
    bytes = (await (await fetch(`http://${host}/metrics`)).bytes()).length;
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
    frames: values.length,
    "p50 ms": round(quantile(values, 0.5)),
    "p99 ms": round(quantile(values, 0.99)),
    "max ms": round(quantile(values, 1)),
  });
  const added = quantile(beside, 0.99) - quantile(away, 0.99);
  return {
    title: `Lateness of audio, ${SESSIONS} sessions, ${SCRAPES} scrapes of ${bytes} bytes`,
    rows: [row("beside a scrape", beside), row("away from one", away)],
    goals: [{
      goal: `a scrape adds less than ${MAX_DELAY_MS} ms to the lateness (p99: ${round(added)} ms)`,
      isMet: added < MAX_DELAY_MS,
    }],
  };
}
