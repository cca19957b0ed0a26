/**
 * More and more sessions that speak, over an engine that costs nothing: what each costs, and where one
 * process comes to its end.
 *
 * @module
 */

import { BYTES_PER_MS } from "./crowd_audio.ts";
import { isCarried, type Measured, tryCrowd } from "./crowd.ts";
import { type BenchOptions, type Plot, quantile, type Report, round, type Row } from "./report.ts";

const STEPS = [100, 200, 500, 1_000, 2_000, 3_500, 5_000];

/** Steps of a short run. */
const FEW_STEPS = [100, 500];

/** Steps that were not carried after which no more are tried. */
const ENOUGH = 2;

/** Time between two barge-ins, of all sessions, in ms. */
const CONTROL_MS = 20;

/** What was measured with so many sessions. */
interface Step {
  readonly sessions: number;
  readonly measured: Measured | undefined;
}

/** Runs the part. */
export async function scale({ short }: BenchOptions): Promise<Report> {
  const steps: Step[] = [];
  for (const sessions of short ? FEW_STEPS : STEPS) {
    const watchMs = short ? 3_000 : 8_000;
    const plan = { kind: "syrinx", settleMs: 2_000, controlEveryMs: CONTROL_MS } as const;
    steps.push({ sessions, measured: await tryCrowd({ ...plan, listeners: sessions, watchMs }) });
    if (steps.filter((step) => !wasCarried(step)).length === ENOUGH) break;
  }
  const knee = steps.findLast(wasCarried)?.sessions;
  return {
    title: "Sessions that speak, in one process",
    rows: steps.map((step) => rowOf(step, knee)),
    goals: [],
    method: METHOD,
    plots: plotsOf(steps, knee),
  };
}

const METHOD = `\
The server, the engine and the crowd are those of \`bench/limit.ts\`. Each step is a server of its own;
figures are of 8 seconds with a barge-in each ${CONTROL_MS} ms, which with the text that follows it is about
6 % of a core, after all have spoken for 2 seconds. The knee is the last step without an underrun and with
barge-ins below 20 ms (p99); a step that was not carried is tried again, and told as it was then; one that
broke down had not let all in within half a minute. Lateness, and gaps of more than 50 ms, are what 64
listeners see who only listen; underruns are counted by the server, of all sessions. Memory is what the
process has more than before the first session, without the audio that is ahead, which is one array here;
\`audio held\` is what it would be.`;

function wasCarried({ measured }: Step): boolean {
  return measured !== undefined && isCarried(measured);
}

function rowOf({ sessions, measured }: Step, knee: number | undefined): Row {
  const name = sessions === knee ? `${sessions} (knee)` : `${sessions}`;
  if (measured === undefined) return { sessions: name, "CPU": "broke down" };
  const { latenessMs, firstAudioMs, controlMs, ownLagMs } = measured;
  const at = (values: readonly number[], share: number) => round(quantile(values, share));
  return {
    sessions: name,
    "CPU": round(measured.cpu),
    "KB/session": Math.round(memoryKb(sessions, measured)),
    "audio held KB": Math.round(measured.heldMs * BYTES_PER_MS / 1_000 / sessions),
    "lateness p50 ms": at(latenessMs, 0.5),
    "lateness p99 ms": at(latenessMs, 0.99),
    gaps: measured.gaps,
    underruns: measured.underruns,
    "first audio p99 ms": at(firstAudioMs, 0.99),
    "barge-in p99 ms": at(controlMs, 0.99),
    "crowd lag p99 ms": at(ownLagMs, 0.99),
  };
}

function memoryKb(sessions: number, { rssBytes, emptyRssBytes }: Measured): number {
  return (rssBytes - emptyRssBytes) / 1_000 / sessions;
}

function plotsOf(steps: readonly Step[], knee: number | undefined): Plot[] {
  const points = (value: (step: Step & { measured: Measured }) => number) =>
    steps.flatMap(({ sessions, measured }) =>
      measured === undefined ? [] : [[sessions, value({ sessions, measured })] as const]
    );
  const p99 = (name: string, values: (measured: Measured) => readonly number[]) => ({
    name,
    points: points(({ measured }) => quantile(values(measured), 0.99)),
  });
  const frame = {
    x: { label: "sessions that speak", scale: "log" },
    ...(knee === undefined ? {} : { knee }),
  } as const;
  return [
    {
      name: "cpu",
      title: "CPU time of the server",
      ...frame,
      y: { label: "cores" },
      series: [{ name: "server", points: points(({ measured }) => measured.cpu) }],
    },
    {
      name: "memory",
      title: "Memory of a session, without its audio",
      ...frame,
      y: { label: "KB" },
      series: [{
        name: "server",
        points: points(({ sessions, measured }) => memoryKb(sessions, measured)),
      }],
    },
    {
      name: "times",
      title: "What listeners notice",
      ...frame,
      y: { label: "ms, p99", scale: "log" },
      series: [
        p99("lateness of a message", ({ latenessMs }) => latenessMs),
        p99("first audio", ({ firstAudioMs }) => firstAudioMs),
        p99("barge-in", ({ controlMs }) => controlMs),
      ],
    },
  ];
}
