/**
 * More listeners than the server can serve: it says no in time, and those who are in notice nothing.
 *
 * The server is a process with the embedded engine, as users run it, and so are the listeners, on the
 * same machine: what they take of its cores the server has less of.
 *
 * @module
 */

import type { LoadResult, Phase } from "./load_process.ts";
import { type BenchOptions, type Goal, judge, quantile, type Report, type Row } from "./report.ts";
import { round } from "./report.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";

/** Listeners that come in a second. */
const PER_SECOND = 8;

/** Offered at the most; far more than two cores can serve. */
const MOST = 4_000;

/** Time for which those who are in are watched when twice as many have come, in ms. */
const HOLD_MS = 20_000;

/** Longest wait for everything to be freed, in ms. */
const EMPTY_MS = 60_000;

/** Longest wait for an answer that is no, in ms. */
const REFUSAL_MS = 100;

/** See the module. */
export async function load({ short }: BenchOptions): Promise<Report> {
  await using server = await startServerProcess();
  const plan = { perSecond: PER_SECOND, most: MOST, holdMs: short ? 5_000 : HOLD_MS };
  // The same before the first look at the memory: what is taken once is no leak.
  await runListeners(server, plan);
  await untilEmpty(server);
  const before = await leastMemory(server);
  const result = await runListeners(server, plan);
  const left = await untilEmpty(server);
  const after = await leastMemory(server, before);
  return {
    title: "Listeners up to refusal and twice as many",
    rows: result.phases.map((phase) => rowOf(phase, result)),
    goals: goalsOf(result, { left, growth: after / before }),
    method:
      `One process of listeners, ${PER_SECOND} more each second until the server has refused ` +
      "as many as were in when it first refused. Each has replies of four to six sentences said to it, " +
      "written as an LLM would, pauses for about a second, and interrupts one reply in five. A gap is " +
      "50 ms without audio in a reply. `own lag` is how late timers of the listeners' process were. " +
      "Before it the server has had the same once, which is not in the table; memory is the least of 40 " +
      "s after each.",
  };
}

function rowOf(phase: Phase, { acceptedAtFirst, accepted, refused, ownLagMs }: LoadResult): Row {
  const isBelow = phase.name === "below";
  return {
    phase: isBelow ? "until the first refusal" : "beyond",
    listeners: isBelow ? acceptedAtFirst : accepted,
    refused: isBelow ? 0 : refused.length,
    replies: phase.replies,
    "first audio p50 ms": round(quantile(phase.firstAudioMs, 0.5)),
    "p99 ms": round(quantile(phase.firstAudioMs, 0.99)),
    gaps: phase.gapsMs.length,
    "barge-in p99 ms": round(quantile(phase.bargeInMs, 0.99)),
    "own lag p99 ms": round(quantile(ownLagMs, 0.99)),
  };
}

function goalsOf(
  { phases: [below, beyond], refused }: LoadResult,
  { left, growth }: { readonly left: number; readonly growth: number },
): Goal[] {
  const honest = refused.filter(({ status, hasRetryAfter }) => status === 503 && hasRetryAfter);
  const errors = below!.errors.length + beyond!.errors.length;
  const p99 = (phase: Phase) => quantile(phase.firstAudioMs, 0.99);
  return [
    judge({
      name: "first audio p99 beyond, to that until the first refusal",
      value: p99(beyond!) / p99(below!),
      atMost: 1.5,
      wideMargin: 4,
    }),
    judge({ name: "gaps of those who are in", value: gapsOf(below!) + gapsOf(beyond!), atMost: 0 }),
    judge({ name: "errors of those who are in", value: errors, atMost: 0, wideMargin: 0 }),
    judge({
      name: "refusals with 503 and Retry-After, of all",
      value: honest.length / refused.length,
      atLeast: 1,
      wideMargin: 1,
    }),
    judge({
      name: "refusal p99, ms",
      value: quantile(refused.map(({ ms }) => ms), 0.99),
      atMost: REFUSAL_MS,
      wideMargin: 10 * REFUSAL_MS,
    }),
    judge({ name: "sessions, queue and buffers after it", value: left, atMost: 0, wideMargin: 0 }),
    judge({ name: "memory after it, to before", value: growth, atMost: 1.1, wideMargin: 2 }),
  ];
}

function gapsOf(phase: Phase): number {
  return phase.gapsMs.length;
}

async function runListeners(
  { url }: ServerProcess,
  plan: { readonly perSecond: number; readonly most: number; readonly holdMs: number },
): Promise<LoadResult> {
  const program = new URL("load_process.ts", import.meta.url).pathname;
  const numbers = [new URL(url).port, plan.perSecond, plan.most, plan.holdMs].map(String);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, ...numbers],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Waits until nothing of any listener is left; gives what is, when it takes too long. */
async function untilEmpty({ url }: ServerProcess): Promise<number> {
  const address = `http://${new URL(url).host}/metrics`;
  const deadline = performance.now() + EMPTY_MS;
  for (;;) {
    const text = await (await fetch(address)).text();
    const left = [...text.matchAll(LEFT)].reduce((sum, [, value]) => sum + Number(value), 0);
    if (left === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const LEFT =
  /^(?:sessions_active|connections_active|synthesis_queue_depth|synthesis_active|send_buffer_bytes)(?:\{[^}]*\})? (\S+)$/gm;

/**
 * The least memory of some seconds, in bytes: the runtime gives back what it does not need when it comes
 * to it. Ends early where it is not more than `enough`.
 */
async function leastMemory(server: ServerProcess, enough = 0): Promise<number> {
  let least = Infinity;
  for (let second = 0; second < 40 && least > enough; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    least = Math.min(least, await server.memoryBytes());
  }
  return least;
}
