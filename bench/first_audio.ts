/**
 * What the server adds to the engine's own time to its first chunk: with a hundred sessions that are
 * being spoken to and an engine that takes no CPU, and on an idle server with the embedded engine.
 *
 * @module
 */

import { ChildProgram } from "./first_audio_process.ts";
import { embeddedRows } from "./first_audio_embedded.ts";
import { type EngineTimes, FIRST_CHUNK_MS, now, PROBE } from "./first_audio_times.ts";
import { BenchListener } from "./listener.ts";
import {
  type BenchOptions,
  judge,
  quantile,
  quantilesMs,
  type Report,
  type Row,
} from "./report.ts";

/** Sessions that are being spoken to while it is measured. */
const SESSIONS = 100;

/** Sessions that are asked to speak again and again, side by side. */
const PROBES = 4;

/** Longest pause between two of a probe's sentences, in ms: they come at any point of the server's ticks. */
const PAUSE_MS = 60;

/** One sentence, as its listener saw it; see {@linkcode now}. */
interface Heard {
  readonly text: string;
  readonly sentAt: number;
  readonly heardAt: number;
}

/** What one sentence took, in ms. */
interface Parts {
  /** Text sent to the engine called. */
  readonly before: number;
  readonly engine: number;
  /** The engine's first chunk to the first frame received. */
  readonly after: number;
}

/** Runs the part. */
export async function firstAudio({ short }: BenchOptions): Promise<Report> {
  const { idle, crowded } = await measure(short ? 1 : 3, short ? 2_000 : 20_000);
  const added = crowded.map(addedOf);
  return {
    title: `Time to first audio, what the server adds, ${crowded.length} sentences while ` +
      `${SESSIONS} sessions are being spoken to`,
    rows: [
      ...rowsOf(`${SESSIONS} sessions`, crowded),
      ...rowsOf("idle", idle),
      ...await embeddedRows(short ? 10 : 60),
    ],
    goals: [
      judge({
        name: `added at ${SESSIONS} sessions, median, ms`,
        value: quantile(added, 0.5),
        atMost: 1,
        wideMargin: 20,
      }),
      judge({
        name: `added at ${SESSIONS} sessions, p99, ms`,
        value: quantile(added, 0.99),
        atMost: 5,
        wideMargin: 200,
      }),
    ],
    method: METHOD,
  };
}

const METHOD = `\
Server, crowd and probes are processes of their own on one machine. The crowd's sessions hear replies
of four sentences in real time, one after the other. ${PROBES} more sessions are asked for a sentence each
at any time; from sending its text to receiving its first frame is what is measured, in the probes'
process. The engine of these rows waits ${FIRST_CHUNK_MS} ms and takes no CPU; its time to the first chunk
is taken off as the server's process saw it for that very sentence, and "late" is how much longer than
asked it was: the server's timers and whatever it was doing. It speaks for all of them at the same
time, so nobody waits for a worker: that would be a wait for an engine with too much to do. The
embedded engine is flite, on an idle server, for as many sentences of a probe as of the engine alone,
in turn.`;

/** Idle and crowded in turn, on one server. */
async function measure(rounds: number, ms: number) {
  const server = ChildProgram.start("first_audio_server.ts");
  const url = await server.line();
  const heard = { idle: [] as Heard[], crowded: [] as Heard[] };
  await probe(url, 1_000);
  for (let round = 0; round < rounds; round++) {
    heard.idle.push(...await probe(url, ms / 2));
    const crowd = ChildProgram.start("first_audio_crowd.ts", url, `${SESSIONS}`);
    await crowd.line();
    heard.crowded.push(...await probe(url, ms));
    await crowd.finish();
  }
  const times: Record<string, EngineTimes> = JSON.parse(await server.finish());
  const partsOf = ({ text, sentAt, heardAt }: Heard): Parts => {
    const { calledAt, firstChunkAt } = times[text]!;
    return {
      before: calledAt - sentAt,
      engine: firstChunkAt - calledAt,
      after: heardAt - firstChunkAt,
    };
  };
  return { idle: heard.idle.map(partsOf), crowded: heard.crowded.map(partsOf) };
}

/** Asks for sentences for so long. */
async function probe(url: string, ms: number): Promise<Heard[]> {
  const until = now() + ms;
  const heard = await Promise.all(Array.from({ length: PROBES }, async () => {
    const listener = await BenchListener.connect(url);
    const own: Heard[] = [];
    while (now() < until) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * Math.random()));
      own.push(await hearOne(listener));
    }
    listener.close();
    return own;
  }));
  return heard.flat();
}

/** One sentence; it is interrupted when its first frame is there. */
async function hearOne(listener: BenchListener): Promise<Heard> {
  // Not another one's: its times are found by it.
  const text = `${PROBE} ${crypto.randomUUID().replaceAll("-", "")} is what is said now.`;
  const ended = listener.message("utterance_ended");
  const audio = listener.audio();
  const sentAt = now();
  listener.send({ type: "text", text, final: true });
  await audio;
  const heardAt = now();
  listener.send({ type: "barge_in" });
  await ended;
  return { text, sentAt, heardAt };
}

function addedOf({ before, after }: Parts): number {
  return before + after;
}

function rowsOf(where: string, parts: readonly Parts[]): Row[] {
  const row = (what: string, valueOf: (parts: Parts) => number) => ({
    what: `${where}: ${what}`,
    ...quantilesMs(parts.map(valueOf)),
  });
  return [
    row("added in all", addedOf),
    row("added before the engine is called", ({ before }) => before),
    row("added after its first chunk", ({ after }) => after),
    row("engine late", ({ engine }) => engine - FIRST_CHUNK_MS),
  ];
}
