/**
 * The process of a crowd: `crowd_process.ts PLAN`, a {@linkcode CrowdPlan} as JSON. It prints a line when
 * all speak, and one of JSON, {@linkcode CrowdResult}, when it has watched for long enough.
 *
 * @module
 */

import { open, RAW, type Seen, Sink, SYRINX, Watcher } from "./crowd_client.ts";
import { clientFrame, PONG } from "./crowd_frames.ts";

/** Who is to come, and for how long. */
export interface CrowdPlan {
  readonly port: number;
  readonly kind: "raw" | "syrinx";
  readonly listeners: number;
  /** Time between the last one's arrival and the first look, in ms. */
  readonly settleMs: number;
  readonly watchMs: number;
  /** Time between control messages, of all who send any, in ms; none without it. */
  readonly controlEveryMs?: number;
}

/** What was seen while watching. */
export interface CrowdResult extends Seen {
  /** Lateness of this process's own timers, ms: what it says of others is no better than that. */
  readonly ownLagMs: readonly number[];
}

/** Listeners that look and only listen, and as many that interrupt. */
const LOOKING = 64;

/** Connections that are opened at the same time. */
const OPENING = 4;

/** Speech that a reply gives, a little less than it does: nobody may run out of text. */
const REPLY_MS = 10_000;

const TICK_MS = 10;

/** Ticks between two looks at one socket of those that throw away. */
const DRAIN_TICKS = 50;

const plan: CrowdPlan = JSON.parse(Deno.args[0]!);
const words = plan.kind === "raw" ? RAW : SYRINX;
/** Without text a connection says that it lives, as those with text do by that. */
const again = words.reply ?? clientFrame(PONG);
const seen = emptySeen();
const sinks: Sink[] = [];
const listening: Watcher[] = [];
const interrupting: Watcher[] = [];
const ownLagMs: number[] = [];

startWheel();
let opened = 0;
await Promise.all(Array.from({ length: OPENING }, openSome));
await pause(plan.settleMs);
forget();
console.log("steady");
const stopControl = startControl();
await pause(plan.watchMs);
stopControl();
for (const watcher of interrupting) watcher.giveUp();
const result: CrowdResult = { ...seen, ownLagMs };
console.log(JSON.stringify(result));
// Until it has been read what the server does meanwhile.
await Deno.stdin.read(new Uint8Array(1));
Deno.exit();

async function openSome(): Promise<void> {
  while (opened < plan.listeners) await openOne(opened++);
}

async function openOne(index: number): Promise<void> {
  const stride = Math.max(2, Math.floor(plan.listeners / LOOKING));
  const socket = await open(plan.port, words);
  const place = index % stride;
  if (place === 1) return begin(interrupting, new Watcher(socket, words, seen));
  const listener = place === 0 ? new Watcher(socket, words, seen) : new Sink(socket, seen);
  if (listener instanceof Watcher) begin(listening, listener);
  else {
    sinks.push(listener);
    listener.send(again);
    listener.send(again);
  }
  // Listeners who came one after the other do not ask for more one after the other.
  setTimeout(() => {
    listener.send(again);
    setInterval(() => listener.send(again), REPLY_MS);
  }, Math.random() * REPLY_MS);
}

function begin(group: Watcher[], watcher: Watcher): void {
  group.push(watcher);
  watcher.begin();
}

/** Empties the sockets of those that do not look, some at each tick, and notes how late it is. */
function startWheel(): void {
  let tick = 0;
  let due = performance.now() + TICK_MS;
  setInterval(() => {
    ownLagMs.push(Math.max(0, performance.now() - due));
    due = performance.now() + TICK_MS;
    tick++;
    for (let at = tick % DRAIN_TICKS; at < sinks.length; at += DRAIN_TICKS) sinks[at]!.drain();
  }, TICK_MS);
}

function startControl(): () => void {
  const { controlEveryMs } = plan;
  if (controlEveryMs === undefined) return () => {};
  let next = 0;
  const id = setInterval(
    () => interrupting[next++ % interrupting.length]!.interrupt(),
    controlEveryMs,
  );
  return () => clearInterval(id);
}

/** Forgets what was seen before all were there. */
function forget(): void {
  Object.assign(seen, emptySeen());
  ownLagMs.length = 0;
}

function emptySeen(): Seen {
  return {
    controlMs: [],
    firstAudioMs: [],
    latenessMs: [],
    gaps: 0,
    framesAfter: 0,
    closed: 0,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
