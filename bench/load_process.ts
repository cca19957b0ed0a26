/**
 * The process of listeners for `bench/load.ts`: they come one after the other until the server refuses,
 * and then as many again.
 *
 * `load_process.ts PORT PER_SECOND MOST HOLD_MS` prints one line of JSON, a {@linkcode LoadResult}.
 *
 * @module
 */

import { type Answer, LoadClient, type Seen } from "./load_client.ts";

/** What was seen during one phase by those who were let in. */
export interface Phase extends Seen {
  readonly name: "below" | "beyond";
}

/** What came of a load. */
export interface LoadResult {
  readonly accepted: number;
  readonly refused: readonly Answer[];
  /** Listeners that were there when the first one was refused; all of them if none was. */
  readonly acceptedAtFirst: number;
  readonly phases: readonly Phase[];
  /** Lateness of this process's own timers, ms: what it says of others is no better than that. */
  readonly ownLagMs: readonly number[];
}

/** Time for the last frames to leave, in ms. */
const CLOSE_MS = 500;

/** Time in which timers of this process are looked at, in ms. */
const LAG_PERIOD_MS = 100;

const [port, perSecond, most, holdMs] = Deno.args.map(Number) as [number, number, number, number];
const phases = [emptyPhase("below"), emptyPhase("beyond")] as const;
const clients: LoadClient[] = [];
const refused: Answer[] = [];
let acceptedAtFirst: number | undefined;

const ownLagMs = watchOwnLag();
// Listeners write to whatever phase it is.
const seen = { ...phases[0] };
for (let offered = 0; offered < most && !isTwice(); offered++) {
  const client = await LoadClient.open(port, seen);
  if (client.answer.status === 101) clients.push(client);
  else noteRefusal(client.answer);
  await pause(1_000 / perSecond);
}
await pause(holdMs);
// Half of them close as they should, half are gone without a word.
clients.forEach((client, index) => index % 2 === 0 ? client.close() : client.leave());
await pause(CLOSE_MS);
Object.assign(phases[acceptedAtFirst === undefined ? 0 : 1], { replies: seen.replies });
const result: LoadResult = {
  accepted: clients.length,
  refused,
  acceptedAtFirst: acceptedAtFirst ?? clients.length,
  phases,
  ownLagMs,
};
console.log(JSON.stringify(result));
Deno.exit();

function isTwice(): boolean {
  return acceptedAtFirst !== undefined && refused.length >= acceptedAtFirst;
}

function noteRefusal(answer: Answer): void {
  refused.push(answer);
  if (acceptedAtFirst !== undefined) return;
  acceptedAtFirst = clients.length;
  phases[0].replies = seen.replies;
  Object.assign(seen, phases[1], { replies: 0 });
}

function emptyPhase(name: Phase["name"]): Phase {
  return { name, firstAudioMs: [], gapsMs: [], bargeInMs: [], errors: [], replies: 0 };
}

function watchOwnLag(): number[] {
  const lags: number[] = [];
  let due = performance.now() + LAG_PERIOD_MS;
  setInterval(() => {
    lags.push(Math.max(0, performance.now() - due));
    due = performance.now() + LAG_PERIOD_MS;
  }, LAG_PERIOD_MS);
  return lags;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
