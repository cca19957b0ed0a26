/**
 * Time to first audio on an idle server with the embedded engine, beside the engine alone.
 *
 * @module
 */

import { type Backend, createEmbeddedBackend, systemClock } from "../src/mod.ts";
import { BenchListener } from "./listener.ts";
import { quantile, quantilesMs, round, type Row } from "./report.ts";
import { startServerProcess } from "./server_process.ts";

const SENTENCE = "Hello, how are you today?";
const VOICE = "slt";

/** Of each, before anything is measured. */
const WARM_UP = 5;

/** @param pairs measured, one of the engine and one of the server each, in turn. */
export async function embeddedRows(pairs: number): Promise<Row[]> {
  const backend = await createEmbeddedBackend({ engine: "flite", threads: 2, clock: systemClock });
  await using server = await startServerProcess();
  const listener = await BenchListener.connect(`${server.url}?voice=${VOICE}`);
  const alone: number[] = [];
  const served: number[] = [];
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    const times = [await ofEngine(backend), await ofServer(listener)] as const;
    if (pair < 0) continue;
    alone.push(times[0]);
    served.push(times[1]);
  }
  listener.close();
  await backend.close();
  const added = quantile(served, 0.5) - quantile(alone, 0.5);
  return [
    { what: "embedded engine alone: first chunk", ...quantilesMs(alone) },
    { what: "embedded engine, idle: text sent to first frame", ...quantilesMs(served) },
    { what: "the difference of the two", "median ms": round(added) },
  ];
}

async function ofEngine(backend: Backend): Promise<number> {
  const start = performance.now();
  const { signal } = new AbortController();
  const request = { text: SENTENCE, voice: VOICE, speed: 1 };
  for await (const { pcm } of backend.synthesize(request, { signal })) {
    if (pcm.length > 0) return performance.now() - start;
  }
  throw new Error("the engine gave no audio");
}

async function ofServer(listener: BenchListener): Promise<number> {
  const ended = listener.message("utterance_ended");
  const audio = listener.audio();
  const start = performance.now();
  listener.send({ type: "text", text: SENTENCE, final: true });
  await audio;
  const elapsed = performance.now() - start;
  listener.send({ type: "barge_in" });
  await ended;
  return elapsed;
}
