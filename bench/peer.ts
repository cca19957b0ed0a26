/**
 * Syrinx beside what people would use instead: the `StreamAdapter` of LiveKit's agents, in Node, over the
 * same engine, with the same replies written as a language model writes them.
 *
 * @module
 */

import { installClients } from "../tests/dialects/clients/install.ts";
import type { Heard, Task, Times } from "./peer_script.mjs";
import { startSubject, type SubjectName, SUBJECTS } from "./peer_subject.ts";
import { type BenchOptions, judge, quantile, type Report, round, type Row } from "./report.ts";

/** One sentence of three seconds. */
const SENTENCE = "The next sentence of a reply has a usual length.";
const SENTENCES = 3;
const TEXT = Array(SENTENCES).fill(SENTENCE).join(" ");

/** The same after a sentence that has a clause. */
const TEXT_WITH_CLAUSE = `I have looked into it for you, and there are three ways to go. ${TEXT}`;

/** An engine that costs nothing: all that is measured is what is around it. */
const FREE: Times = { firstMs: 0, chunkMs: 0 };

/** An engine that takes its time, as engines do. */
const USUAL: Times = { firstMs: 40, chunkMs: 5 };

/** Whom the goal is about, and against whom. */
const OURS: SubjectName = "Syrinx, server";
const THEIRS: SubjectName = "LiveKit StreamAdapter";

/** Rounds of a whole run; times, of which each round has many, are taken in the first of them only. */
const ROUNDS = { cpu: 3, times: 2 };

const NAMES = Object.keys(SUBJECTS) as SubjectName[];

/** What was found of one subject, over all rounds. */
interface Found {
  /** By round. */
  readonly cpuMs: number[];
  readonly tokens: Heard[];
  readonly whole: Heard[];
  readonly interrupted: Heard[];
}

/** Runs the part. */
export async function peer({ short }: BenchOptions): Promise<Report> {
  const clients = await installClients();
  const found = new Map(NAMES.map((name) => [name, emptyFound()]));
  for (let count = 0; count < (short ? 1 : ROUNDS.cpu); count++) {
    // Whoever goes first in one round goes last in the next.
    for (const name of count % 2 === 0 ? NAMES : NAMES.toReversed()) {
      await measureCpu(name, clients, short ? 50 : 300, found.get(name)!);
      if (count < ROUNDS.times) await measureTimes(name, clients, found.get(name)!);
    }
  }
  const ratios = (ours: SubjectName, theirs: SubjectName) =>
    quantile(
      found.get(ours)!.cpuMs.map((ms, index) => ms / found.get(theirs)!.cpuMs[index]!),
      0.5,
    );
  return {
    title: `Syrinx beside LiveKit's agents, ${SENTENCES} sentences of ` +
      `${round(SENTENCE.length * 0.066)} s a reply`,
    rows: NAMES.map((name) => rowOf(name, found.get(name)!)),
    goals: [
      judge({
        name: `CPU per sentence, ${OURS}, over ${THEIRS}`,
        value: ratios(OURS, THEIRS),
        atMost: 0.2,
      }),
    ],
    method: METHOD,
  };
}

const METHOD = `\
Every subject is a process of its own, and so is, of those with sockets, whoever writes and listens; they are
measured in turn, and ratios are of one round. A token of 4 characters comes each 20 ms. CPU is that of the
subject's process (user and system) for 300 replies at a time over an engine that costs nothing, per sentence.
Times are over an engine that gives its first chunk of 100 ms after ${USUAL.firstMs} ms and the next after
${USUAL.chunkMs} ms each, with 8 replies at a time, beyond the engine's own ${USUAL.firstMs} ms; "with a clause" is
a reply whose first sentence has one, at which Syrinx cuts by default, and of these 16 are interrupted. "Gap" is
time without audio between the first and the last of a reply that is played as it comes. Listeners a core are
seconds of audio for a second of CPU.

They do not do the same. LiveKit's adapter runs in the process of the agent: it takes tokens by calls and
gives frames as fast as the engine makes them, to whoever paces and sends them (which is not measured).
Its plugins cut the bytes of an engine into frames, and that is the row "bytes to frames". "Behind ws" is a
small server around it with the \`ws\` package, without pacing. Syrinx takes tokens from and sends audio to
sockets in real time, a lead of 300 ms ahead, so that an interruption finds little that was sent in vain,
and counts what it does; "unpaced" is what a client gets that asks for all as soon as it is there, the same
work as that of the adapter behind ws, and "no sockets" is its core in one process with whoever listens, as
LiveKit's adapter is. Where there are no sockets, the writing and the listening are part of the process.
"Sent in vain" is the audio that a listener had and did not hear when it interrupted.`;

function emptyFound(): Found {
  return { cpuMs: [], tokens: [], whole: [], interrupted: [] };
}

/** CPU time per sentence. */
async function measureCpu(
  name: SubjectName,
  clients: string,
  listeners: number,
  found: Found,
): Promise<void> {
  await using subject = await startSubject(name, { times: FREE, clients, connections: listeners });
  const task: Task = { text: TEXT, listeners, spreadMs: 3_000, atOnce: false };
  // Warm, and soon over.
  await subject.converse({ ...task, spreadMs: 500, interruptWithinMs: 2_000 });
  const before = await subject.cpuMs();
  await subject.converse(task);
  found.cpuMs.push((await subject.cpuMs() - before) / (listeners * SENTENCES));
}

/** What listeners notice. */
async function measureTimes(name: SubjectName, clients: string, found: Found): Promise<void> {
  await using subject = await startSubject(name, { times: USUAL, clients, connections: 16 });
  const task: Task = { text: TEXT, listeners: 8, spreadMs: 1_000, atOnce: false };
  await subject.converse({ ...task, listeners: 16, interruptWithinMs: 1_000 });
  found.tokens.push(...await subject.converse(task));
  found.whole.push(...await subject.converse({ ...task, atOnce: true }));
  found.interrupted.push(
    ...await subject.converse({
      ...task,
      text: TEXT_WITH_CLAUSE,
      listeners: 16,
      interruptWithinMs: 3_000,
    }),
  );
}

function rowOf(name: SubjectName, { cpuMs, tokens, whole, interrupted }: Found): Row {
  const median = (heard: readonly Heard[], of: keyof Heard) =>
    round(quantile(heard.map((one) => one[of]), 0.5));
  const cpu = quantile(cpuMs, 0.5);
  return {
    what: name,
    "ms CPU/sentence": Math.round(cpu * 1_000) / 1_000,
    "min": Math.round(quantile(cpuMs, 0) * 1_000) / 1_000,
    "max": Math.round(quantile(cpuMs, 1) * 1_000) / 1_000,
    "listeners/core": Math.round(SENTENCE.length * 66 / cpu),
    "first audio, tokens, ms": round(median(tokens, "firstMs") - USUAL.firstMs),
    "with a clause, ms": round(median(interrupted, "firstMs") - USUAL.firstMs),
    "first audio, whole text, ms": round(median(whole, "firstMs") - USUAL.firstMs),
    "gap ms": median(tokens, "gapMs"),
    "reply s": round(median(tokens, "endMs") / 1_000),
    "interruption to last audio ms, p99": round(
      quantile(interrupted.map(({ afterMs }) => afterMs), 0.99),
    ),
    "sent in vain ms": median(interrupted, "unheardMs"),
  };
}
