/**
 * The runtime's own limit, and how near the server comes to it: the same audio to as many listeners from
 * a program that does nothing but send it, and from Syrinx over an engine that costs nothing.
 *
 * @module
 */

import { BYTES_PER_MS } from "./crowd_audio.ts";
import { isCarried, measureCrowd, type Measured, type Plan, tryCrowd } from "./crowd.ts";
import { type BenchOptions, type Goal, judge, quantile, type Report } from "./report.ts";
import { round, type Row } from "./report.ts";

type Kind = Plan["kind"];

/** A pair of runs that are compared. */
type Pair<T> = Readonly<Record<Kind, T>>;

/** Listeners while control messages are compared, and time between two of those, in ms. */
const CONTROL = { listeners: 500, controlEveryMs: 10 } as const;

/** How many listeners come at first, and how many times as many after those were carried. */
const SEARCH = { from: 1_000, factor: 1.2, controlEveryMs: 25 } as const;

/**
 * Between these numbers of sessions the growth of the memory is looked at. With fewer, the runtime's young
 * generation has not come to its full size, which is the same for any number of sessions.
 */
const MEMORY = { few: 1_000, many: 2_000 } as const;

const NAMES: Pair<string> = { raw: "raw runtime", syrinx: "Syrinx" };

/** Runs the part. */
export async function limit({ short }: BenchOptions): Promise<Report> {
  const control = await inTurn(short ? 1 : 3, (kind) => answersOf(kind, short ? 4_000 : 10_000));
  const most = short ? [] : await inTurn(2, mostCarried);
  const memory = short ? [] : [await sessionBytes(), await sessionBytes(), await sessionBytes()];
  return {
    title: "The raw runtime and Syrinx, frames of 20 ms at 16 kHz",
    rows: [
      ...rowsOf(control, controlRow),
      ...rowsOf(most, mostRow),
      ...memory.map(memoryRow),
    ],
    goals: [
      ...controlGoals(control),
      ...(short ? [] : [mostGoal(most), memoryGoal(memory)]),
    ],
    method: METHOD,
  };
}

const METHOD = `\
The raw server is \`Deno.serve\` with WebSockets: each gets a message of 20 ms (640 bytes) in real time
from a wheel of ticks of 5 ms, and gets a control message back at once. Syrinx has its default settings,
so that it joins frames into messages of 100 ms, and of 200 ms from 500 sessions on, with nobody refused and 64 workers over an engine that
gives the same audio for every sentence at once; everything else is there: text, sentences, scheduler,
metrics. Each server and the crowd of listeners are processes of their own, on the same two cores. The
crowd is on bare sockets: 64 listeners look at every message, 64 send control messages, one each
${CONTROL.controlEveryMs} ms in all, or each ${SEARCH.controlEveryMs} ms while most are sought (for Syrinx \`barge_in\`, and new text after the
report), and the others take what came off their sockets twice a second. Runs are in turn.

Listeners are carried when none that looks has a gap of more than 50 ms, Syrinx has counted no underrun
of any, and the p99 of the answers is below 20 ms; ${SEARCH.factor} times as many come until that fails twice.
Listeners a core are those carried, over the server's CPU time: what comes to its end first is the
server's one thread, not the crowd, as its lag tells. Memory of a session is the growth of the process
from ${MEMORY.few} to ${MEMORY.many} sessions that speak, for each: with fewer the runtime's young generation is still growing to its full size. The audio that is ahead is the same array for
all of them, so none of it is in that figure; \`audio held\` is what it would be.`;

/** Runs both kinds `rounds` times; who goes first in one goes second in the next. */
async function inTurn<T>(rounds: number, run: (kind: Kind) => Promise<T>): Promise<Pair<T>[]> {
  const pairs: Pair<T>[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const raw = await run("raw");
      pairs.push({ raw, syrinx: await run("syrinx") });
    } else {
      const syrinx = await run("syrinx");
      pairs.push({ syrinx, raw: await run("raw") });
    }
  }
  return pairs;
}

async function answersOf(kind: Kind, watchMs: number): Promise<Measured> {
  return demand(await measureCrowd({ kind, ...CONTROL, settleMs: 1_500, watchMs }));
}

/** The greatest crowd that a server carries. */
interface Most {
  readonly listeners: number;
  readonly measured: Measured;
}

async function mostCarried(kind: Kind): Promise<Most> {
  let most: Most | undefined;
  for (let wanted: number = SEARCH.from;; wanted *= SEARCH.factor) {
    const listeners = Math.round(wanted / 10) * 10;
    const { controlEveryMs } = SEARCH;
    const plan = { kind, listeners, controlEveryMs, settleMs: 2_000, watchMs: 8_000 };
    const measured = await tryCrowd(plan);
    if (measured === undefined || !isCarried(measured)) return demand(most);
    most = { listeners, measured };
  }
}

function perCore({ listeners, measured }: Most): number {
  return listeners / measured.cpu;
}

/** What one more session takes, in bytes. */
interface SessionBytes {
  readonly own: number;
  readonly held: number;
}

async function sessionBytes(): Promise<SessionBytes> {
  const run = async (listeners: number) =>
    demand(await measureCrowd({ kind: "syrinx", listeners, settleMs: 8_000, watchMs: 4_000 }));
  const few = await run(MEMORY.few);
  const many = await run(MEMORY.many);
  return {
    own: (many.rssBytes - few.rssBytes) / (MEMORY.many - MEMORY.few),
    held: many.heldMs / MEMORY.many * BYTES_PER_MS,
  };
}

function demand<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the server broke down under the least crowd");
  return value;
}

function rowsOf<T>(pairs: readonly Pair<T>[], rowOf: (kind: Kind, value: T) => Row): Row[] {
  return pairs.flatMap(({ raw, syrinx }) => [rowOf("raw", raw), rowOf("syrinx", syrinx)]);
}

function controlRow(kind: Kind, { controlMs, cpu, ownLagMs }: Measured): Row {
  return {
    what: `answer to a control message, ${NAMES[kind]}`,
    listeners: CONTROL.listeners,
    "p50 ms": round(quantile(controlMs, 0.5)),
    "p99 ms": round(quantile(controlMs, 0.99)),
    "server CPU": round(cpu),
    "crowd lag p99 ms": round(quantile(ownLagMs, 0.99)),
  };
}

function mostRow(kind: Kind, most: Most): Row {
  return {
    ...controlRow(kind, most.measured),
    what: `most listeners carried, ${NAMES[kind]}`,
    listeners: most.listeners,
    "listeners/core": Math.round(perCore(most)),
  };
}

function memoryRow({ own, held }: SessionBytes): Row {
  return {
    what: "memory of a session",
    listeners: `${MEMORY.few} to ${MEMORY.many}`,
    "KB/session": round(own / 1_000),
    "audio held KB": round(held / 1_000),
  };
}

function controlGoals(pairs: readonly Pair<Measured>[]): Goal[] {
  const p99 = ({ controlMs }: Measured) => quantile(controlMs, 0.99);
  const median = (values: number[]) => quantile(values, 0.5);
  return [
    judge({
      name: "barge-in p99 over the raw answer's, 500 sessions",
      value: median(pairs.map(({ raw, syrinx }) => p99(syrinx) / p99(raw))),
      atMost: 1.5,
      wideMargin: 10,
    }),
    judge({
      name: "barge-in p99 with 500 sessions, ms",
      value: median(pairs.map(({ syrinx }) => p99(syrinx))),
      atMost: 10,
      wideMargin: 100,
    }),
    judge({
      name: "frames after the report of a barge-in",
      value: pairs.reduce((sum, { syrinx }) => sum + syrinx.framesAfter, 0),
      atMost: 0,
      wideMargin: 0,
    }),
  ];
}

function mostGoal(pairs: readonly Pair<Most>[]): Goal {
  const ratios = pairs.map(({ raw, syrinx }) => perCore(syrinx) / perCore(raw));
  const value = quantile(ratios, 0.5);
  return judge({ name: "listeners a core, Syrinx over raw", value, atLeast: 3 });
}

function memoryGoal(memory: readonly SessionBytes[]): Goal {
  const value = quantile(memory.map(({ own }) => own), 0.5) / 1_000;
  return judge({ name: "memory of a session beside its audio, KB", value, atMost: 100 });
}
