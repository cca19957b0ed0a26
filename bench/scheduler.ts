/**
 * Which sentence is next: the earliest deadline, against the order of arrival and against the sessions'
 * own queues in turn. A million utterances of each in simulated time, then real servers for a while.
 *
 * @module
 */

import {
  type BenchOptions,
  type Goal,
  judge,
  type Plot,
  type Report,
  round,
  type Row,
} from "./report.ts";
import { holdConversations } from "./scheduler_load.ts";
import { FIXED_MS, REAL_TIME_FACTOR } from "./scheduler_mix.ts";
import type { Heard } from "./scheduler_session.ts";
import { simulate, type SimulationOptions } from "./scheduler_simulation.ts";
import { type Figures, Tally } from "./scheduler_tally.ts";

const WORKERS = 8;

/** Parts of what the pool can do. */
const LOADS = [0.7, 0.85, 0.95, 1.05];

/** One owner has every second session, nine share the others: who is how far from equal? */
const OWNERS = 10;

type Policy = Pick<SimulationOptions, "order" | "hasTenants">;

const POLICIES: Readonly<Record<string, Policy>> = {
  "deadline": { hasTenants: false },
  "deadline, tenants told apart": { hasTenants: true },
  "deadline, first words do not yield": { hasTenants: false, order: "plain" },
  "first in, first out": { hasTenants: false, order: "arrival" },
  "a queue a session": { hasTenants: false, order: "turns" },
};

/** What the real servers are asked to show, and how: those of one load and order run side by side. */
const REAL = {
  orders: ["deadline", "arrival"],
  loads: [0.85, 0.95],
  rounds: 2,
  servers: 4,
} as const;

/** Runs the part. */
export async function scheduler({ short }: BenchOptions): Promise<Report> {
  const utterances = short ? 5_000 : 1_000_000;
  const sessions = await sessionsAtCapacity(short ? 5_000 : 50_000);
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const underruns = new Map<string, [number, number][]>();
  for (const load of LOADS) {
    for (const [name, policy] of Object.entries(POLICIES)) {
      const figures = await simulated(policy, Math.round(load * sessions), utterances);
      underruns.set(name, [...underruns.get(name) ?? [], [load, figures.underruns]]);
      rows.push(rowOf({ how: "simulated", load, order: name, figures, hasOwners: true }));
      if (load === 0.95) goals.push(...goalsOf(name, figures));
    }
  }
  rows.push(...await confirm(sessions, short));
  return {
    title: `Scheduler, ${WORKERS} workers, ${utterances} utterances of each order and load`,
    rows,
    goals,
    method: METHOD,
    plots: [plotOf(underruns)],
  };
}

/** @param underruns by order: load and underruns per 1,000 utterances. */
function plotOf(underruns: ReadonlyMap<string, readonly [number, number][]>): Plot {
  return {
    name: "underruns",
    title: "Underruns of each order, simulated",
    x: { label: "load, as a part of what the pool can do" },
    y: { label: "underruns per 1,000 utterances", scale: "log" },
    series: [...underruns].map(([name, points]) => ({ name, points })),
  };
}

const METHOD = `\
A conversation is a turn after the other: silence, then a reply of 1 to 30 sentences that a language
model writes at 80 to 300 characters a second, one in ten with a pause, one in five interrupted. A
sentence takes a worker ${FIXED_MS} ms and ${REAL_TIME_FACTOR} s for each second of audio, give or take a fifth, and its
first audio is there after 40 % of that. At a load of 1 so many conversations go on that the pool would
just do all of them if nobody ever waited; who waits speaks later, as people do, so more than 1 does not
grow for ever. Every order gets the same conversations, from the same seed, with the same look-ahead.

The simulation runs the server's own \`Scheduler\` and \`FairQueue\` and a light model of sessions
(\`bench/scheduler_session.ts\`): what the look-ahead and the playout do, without audio. The other orders
are the same scheduler over sources that say something else about when they are due. The real servers
are processes with a scripted engine of the same times, spoken to over WebSockets in real time.

An underrun is a listener that ran dry though the text had been there for long enough that an idle pool
would have been in time; those "in time" had been there for a second. Jain's index (1: equal) is over
what the owners heard as a part of what they heard and waited; one owner has half of the sessions, and
"worst owner" is the one of the nine others that waits longest.`;

/** Conversations that keep the workers busy all the time, if nobody ever waits. */
async function sessionsAtCapacity(utterances: number): Promise<number> {
  const sessions = 50;
  const { ms, workMs } = await simulate({
    hasTenants: false,
    owners: new Array(sessions).fill(0),
    workers: sessions * 4,
    utterances,
    seed: 1,
    onHeard: () => {},
  });
  return WORKERS * sessions * ms / workMs;
}

async function simulated(
  policy: Policy,
  sessions: number,
  utterances: number,
): Promise<Figures> {
  const tally = new Tally(OWNERS);
  const owners = Array.from(
    { length: sessions },
    (_, index) => index % 2 === 0 ? 0 : 1 + (index - 1) / 2 % (OWNERS - 1),
  );
  const onHeard = (owner: number, heard: Heard) => tally.add(owner, heard);
  await simulate({ ...policy, owners, workers: WORKERS, utterances, seed: 100, onHeard });
  return tally.figures();
}

/** The same on real servers, in turn. */
async function confirm(sessions: number, short: boolean): Promise<Row[]> {
  const rounds = short ? 1 : REAL.rounds;
  const seconds = short ? 12 : 120;
  const tallies = new Map<string, Tally>();
  for (let round = 0; round < rounds; round++) {
    for (const order of REAL.orders) {
      await Promise.all(REAL.loads.map(async (load) => {
        const tally = tallies.get(`${load} ${order}`) ?? new Tally(1);
        tallies.set(`${load} ${order}`, tally);
        const heard = await Promise.all(
          Array.from({ length: REAL.servers }, (_, server) =>
            holdConversations({
              order,
              workers: WORKERS,
              sessions: Math.round(load * sessions),
              seconds,
              seed: 1_000 * (1 + round * REAL.servers + server),
            })),
        );
        for (const utterance of heard.flat()) tally.add(0, utterance);
      }));
    }
  }
  return [...tallies].map(([key, tally]) => {
    const [load, order] = key.split(" ");
    const name = order === "deadline" ? "deadline" : "first in, first out";
    const figures = tally.figures();
    return rowOf({ how: "real", load: Number(load), order: name, figures, hasOwners: false });
  });
}

function rowOf({ how, load, order, figures, hasOwners }: {
  readonly how: string;
  readonly load: number;
  readonly order: string;
  readonly figures: Figures;
  readonly hasOwners: boolean;
}): Row {
  return {
    how,
    load,
    order,
    utterances: figures.utterances,
    "underruns/1000": round(figures.underruns),
    "in time": round(figures.avoidable),
    "mean gap ms": Math.round(figures.meanGapMs),
    "first audio p50 ms": Math.round(figures.firstAudioP50Ms),
    "p99 ms": Math.round(figures.firstAudioP99Ms),
    ...(hasOwners
      ? {
        "worst owner p99 ms": Math.round(figures.worstP99Ms),
        "Jain": Math.round(figures.jain * 1e4) / 1e4,
      }
      : {}),
  };
}

function goalsOf(order: string, figures: Figures): Goal[] {
  const name = `underruns per 1,000 at 95 % load with the text in time, ${order}`;
  const value = figures.avoidable;
  if (order === "deadline") return [judge({ name, value, atMost: 0, wideMargin: 1 })];
  if (order === "first in, first out") return [judge({ name, value, atLeast: 0.1 })];
  return [];
}
