/**
 * Barge-in while 100 sessions speak with the embedded engine: from the message to the report, as
 * the client sees it, and whether any frame comes after it.
 *
 * @module
 */

import { BenchListener } from "./listener.ts";
import { quantile, type Report, round } from "./report.ts";
import { startServerProcess } from "./server_process.ts";

const SESSIONS = 100;
const BARGE_INS = 1_000;

/** About a minute of speech, so that every session speaks all the time. */
const TEXT = Array.from(
  { length: 20 },
  (_, index) => `This is sentence number ${index}, and it is neither long nor short.`,
).join(" ");

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the part. */
export async function bargeIn(): Promise<Report> {
  await using server = await startServerProcess();
  const listeners = await Promise.all(
    Array.from({ length: SESSIONS }, () => BenchListener.connect(server.url)),
  );
  for (const listener of listeners) {
    const audio = listener.audio();
    listener.send({ type: "text", text: TEXT, final: true });
    await audio;
  }
  const latencies: number[] = [];
  const own: number[] = [];
  let framesAfter = 0;
  for (let count = 0; count < BARGE_INS; count++) {
    const listener = listeners[count % SESSIONS]!;
    const reported = listener.message("barge_in");
    const start = performance.now();
    listener.send({ type: "barge_in" });
    own.push((await reported).latency_ms);
    latencies.push(performance.now() - start);
    const frames = listener.frames;
    await pause(10);
    framesAfter += listener.frames - frames;
    listener.send({ type: "text", text: TEXT, final: true });
  }
  for (const listener of listeners) listener.close();
  const row = (name: string, values: number[]) => ({
    what: name,
    "p50 ms": round(quantile(values, 0.5)),
    "p99 ms": round(quantile(values, 0.99)),
    "max ms": round(quantile(values, 1)),
  });
  return {
    title: `Barge-in, ${SESSIONS} sessions speaking, ${BARGE_INS} interruptions`,
    rows: [
      row("message sent to report received", latencies),
      row("the server's own figure (latency_ms)", own),
    ],
    goals: [
      { goal: "p99 under 10 ms from message to report", isMet: quantile(latencies, 0.99) < 10 },
      { goal: `no frame after the report (${framesAfter})`, isMet: framesAfter === 0 },
    ],
  };
}
