/**
 * A crowd of listeners before a server, each in a process of its own.
 *
 * @module
 */

import type { ServerFigures } from "./crowd_answers.ts";
import type { CrowdPlan, CrowdResult } from "./crowd_process.ts";
import { quantile } from "./report.ts";

/** The servers there are, and their programs. */
const SERVERS = { raw: "limit_raw_server.ts", syrinx: "scripted_server.ts" } as const;

/** What was measured while a crowd was there. */
export interface Measured extends CrowdResult {
  /** CPU time of the server, of one core's. */
  readonly cpu: number;
  /** The server's memory at the end, and before anyone came, bytes. */
  readonly rssBytes: number;
  readonly emptyRssBytes: number;
  /** Audio of all sessions that was made and not sent, before anyone was interrupted, in ms. */
  readonly heldMs: number;
  /** Underruns as the server has seen them; Syrinx only. */
  readonly underruns: number;
}

/** A control message's answer may take so long, of 99 in a hundred, in ms. */
const CONTROL_MS = 20;

/** Whether all were served: in real time, and heard when they had something to say. */
export function isCarried({ gaps, underruns, closed, controlMs }: Measured): boolean {
  return gaps + underruns + closed === 0 && quantile(controlMs, 0.99) < CONTROL_MS;
}

/** Like {@linkcode measureCrowd}; one that was not carried is tried again: machines have noise. */
export async function tryCrowd(plan: Plan): Promise<Measured | undefined> {
  const first = await measureCrowd(plan);
  return first !== undefined && isCarried(first) ? first : await measureCrowd(plan);
}

/** What is to be measured; the port is the server's. */
export type Plan = Omit<CrowdPlan, "port">;

/** Longest time for a crowd beyond its plan, in ms: connecting, and a server that answers late. */
const SLACK_MS = 30_000;

/** Starts a server, lets a crowd come, and measures; undefined when the server broke down under it. */
export async function measureCrowd(plan: Plan): Promise<Measured | undefined> {
  const timeout = AbortSignal.timeout(plan.settleMs + plan.watchMs + SLACK_MS);
  await using server = start(SERVERS[plan.kind], timeout);
  const port = Number(await server.line());
  const figures = async (): Promise<ServerFigures> => {
    await server.ask();
    return JSON.parse(await server.line());
  };
  const empty = await figures();
  await using crowd = start("crowd_process.ts", timeout, JSON.stringify({ ...plan, port }));
  try {
    await crowd.line();
    const start = performance.now();
    const before = await figures();
    const seen: CrowdResult = JSON.parse(await crowd.line());
    const after = await figures();
    return {
      ...seen,
      cpu: (after.cpuMs - before.cpuMs) / (performance.now() - start),
      rssBytes: after.rssBytes,
      emptyRssBytes: empty.rssBytes,
      heldMs: before.heldMs,
      underruns: after.underruns - before.underruns,
    };
  } catch (error) {
    if (timeout.aborted) return undefined;
    throw error;
  }
}

/** A program of the bench that says lines. */
interface Program extends AsyncDisposable {
  line(): Promise<string>;
  ask(): Promise<void>;
}

/** Starts a program; it is killed when the signal aborts. */
function start(name: string, signal: AbortSignal, ...args: string[]): Program {
  const program = new URL(name, import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, ...args],
    stdin: "piped",
    stdout: "piped",
    signal,
  }).spawn();
  const writer = process.stdin.getWriter();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async line() {
      let line = "";
      while (!line.endsWith("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`${name} ended: ${line}`);
        line += value;
      }
      return line;
    },
    ask: () => writer.write(new Uint8Array(1)),
    async [Symbol.asyncDispose]() {
      if (!signal.aborted) process.kill("SIGKILL");
      await process.status;
      await writer.abort().catch(() => {});
      await reader.cancel().catch(() => {});
    },
  };
}
