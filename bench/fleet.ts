/**
 * What the way over gRPC costs: time to first audio beside the embedded engine, and how fast many
 * syntheses come through at once.
 *
 * @module
 */

import { createRemoteBackend, parseBackends } from "../src/backends/remote.ts";
import { type Backend, createEmbeddedBackend, systemClock } from "../src/mod.ts";
import { quantile, type Report, round } from "./report.ts";
import { startWorkerProcess } from "./worker_process.ts";

const SENTENCE = "Hello, how are you today?";

/** Times measured of each way, in turn. */
const PAIRS = 200;

const SYNTHESES = 32;

/** Times that each of them is repeated. */
const ROUNDS = 10;

const FLITE_WORKER = new URL("../src/tts_worker/main.ts", import.meta.url);
const SCRIPTED_WORKER = new URL("./scripted_worker.ts", import.meta.url);

/** Long enough for flite to be busy with: some 5 s of speech. */
const LONGER = "The harbour lay quiet under a thin grey sky, and a boy counted the boats again.";

/** Runs the part. */
export async function fleet(): Promise<Report> {
  const embedded = await createEmbeddedBackend({
    engine: "flite",
    threads: 2,
    clock: systemClock,
  });
  await using flite = await startWorkerProcess(
    FLITE_WORKER,
    "--port=0",
    "--threads=2",
    "--log-level=error",
  );
  await using scripted = await startWorkerProcess(SCRIPTED_WORKER);
  const overFlite = await remote(flite.address);
  const overScripted = await remote(scripted.address);
  const [near, far, way] = await firstAudio([embedded, overFlite, overScripted]);
  const scriptedSpeeds = await speeds(overScripted, "ten seconds");
  const startedAt = performance.now();
  const fliteMs = await audioMs(overFlite, LONGER);
  const fliteSpeed = fliteMs / (performance.now() - startedAt);
  for (const backend of [embedded, overFlite, overScripted]) await backend.close();
  const added = quantile(far!, 0.5) - quantile(near!, 0.5);
  const slowest = Math.min(...scriptedSpeeds);
  return {
    title: `gRPC on loopback: first audio of "${SENTENCE}", ${PAIRS} times in turn; ` +
      `${SYNTHESES} syntheses at once, ${ROUNDS} rounds`,
    rows: [
      row("flite embedded, first chunk", "ms", near!),
      row("flite in a worker process, first chunk", "ms", far!),
      { what: "added", unit: "ms", median: round(added) },
      row("an engine that costs nothing, first chunk", "ms", way!),
      row("an engine that costs nothing, each of 32 at once", "times real time", scriptedSpeeds),
      { what: "flite, 2 threads, all of 32", unit: "times real time", median: round(fliteSpeed) },
    ],
    goals: [
      { goal: "gRPC adds less than 3 ms to the first audio (median)", isMet: added < 3 },
      { goal: "each of 32 comes through at 10 times real time", isMet: slowest >= 10 },
    ],
  };
}

function remote(address: string) {
  const { backends } = parseBackends(address, () => undefined);
  return createRemoteBackend({ backends, clock: systemClock });
}

/** Times to the first audio of each backend, in ms. */
async function firstAudio(backends: readonly Backend[]): Promise<number[][]> {
  const times: number[][] = backends.map(() => []);
  for (let turn = -5; turn < PAIRS; turn++) {
    for (const [index, backend] of backends.entries()) {
      const ms = await firstAudioMs(backend);
      // The first few warm them up.
      if (turn >= 0) times[index]!.push(ms);
    }
  }
  return times;
}

async function firstAudioMs(backend: Backend): Promise<number> {
  const startedAt = performance.now();
  let firstAt: number | undefined;
  for await (const { pcm } of speak(backend, SENTENCE)) {
    if (pcm.length > 0) firstAt ??= performance.now();
  }
  return firstAt! - startedAt;
}

/** How many times faster than it is heard each of many syntheses came, all at once. */
async function speeds(backend: Backend, text: string): Promise<number[]> {
  const found: number[] = [];
  const repeat = async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      const ms = await spokenMs(backend, text);
      found.push(ms / (performance.now() - startedAt));
    }
  };
  await Promise.all(Array.from({ length: SYNTHESES }, repeat));
  return found;
}

/** Audio of many syntheses, all at once, in ms. */
async function audioMs(backend: Backend, text: string): Promise<number> {
  const all = Array.from({ length: SYNTHESES * ROUNDS }, () => spokenMs(backend, text));
  return (await Promise.all(all)).reduce((sum, ms) => sum + ms, 0);
}

/** Audio of one synthesis, in ms. */
async function spokenMs(backend: Backend, text: string): Promise<number> {
  let samples = 0;
  for await (const { pcm } of speak(backend, text)) samples += pcm.length;
  return samples * 1_000 / backend.voices[0]!.sampleRate;
}

function speak(backend: Backend, text: string) {
  const request = { text, voice: backend.voices[0]!.id, speed: 1 };
  return backend.synthesize(request, { signal: new AbortController().signal });
}

function row(what: string, unit: string, values: readonly number[]) {
  return {
    what,
    unit,
    min: round(Math.min(...values)),
    median: round(quantile(values, 0.5)),
    max: round(Math.max(...values)),
  };
}
