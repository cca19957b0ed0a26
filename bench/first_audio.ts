/**
 * Time to first audio on an idle server with the embedded engine, beside the engine alone.
 *
 * @module
 */

import { createEmbeddedBackend, systemClock } from "../src/mod.ts";
import { BenchListener } from "./listener.ts";
import { quantile, type Report, round } from "./report.ts";
import { startServerProcess } from "./server_process.ts";

const SENTENCE = "Hello, how are you today?";
const VOICE = "slt";

/** Pairs measured, one of the engine and one of the server each, in turn. */
const PAIRS = 60;

/** Runs the part. */
export async function firstAudio(): Promise<Report> {
  const backend = await createEmbeddedBackend({
    engine: "flite",
    threads: 2,
    clock: systemClock,
  });
  await using server = await startServerProcess();
  const listener = await BenchListener.connect(`${server.url}?voice=${VOICE}`);

  const engineAlone = async () => {
    const start = performance.now();
    const { signal } = new AbortController();
    const request = { text: SENTENCE, voice: VOICE, speed: 1 };
    for await (const chunk of backend.synthesize(request, { signal })) {
      if (chunk.pcm.length > 0) return performance.now() - start;
    }
    throw new Error("the engine gave no audio");
  };
  const throughServer = async () => {
    const ended = listener.message("utterance_ended");
    const audio = listener.audio();
    const start = performance.now();
    listener.send({ type: "text", text: SENTENCE, final: true });
    await audio;
    const elapsed = performance.now() - start;
    listener.send({ type: "barge_in" });
    await ended;
    return elapsed;
  };
  for (let warmUp = 0; warmUp < 5; warmUp++) {
    await engineAlone();
    await throughServer();
  }
  const engine: number[] = [];
  const served: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    engine.push(await engineAlone());
    served.push(await throughServer());
  }
  listener.close();
  await backend.close();
  const added = quantile(served, 0.5) - quantile(engine, 0.5);
  const row = (name: string, values: number[]) => ({
    what: name,
    "median ms": round(quantile(values, 0.5)),
    "p95 ms": round(quantile(values, 0.95)),
  });
  return {
    title: `Time to first audio, idle server, "${SENTENCE}", ${PAIRS} pairs`,
    rows: [
      row("engine alone, first chunk", engine),
      row("server, text sent to first frame received", served),
      { what: "added by the server", "median ms": round(added) },
    ],
    goals: [{ goal: "the server adds less than 5 ms (median)", isMet: added < 5 }],
  };
}
