/**
 * A server whose engine takes the time of the mix's model, in a process of its own. The first argument
 * is the order in which it speaks, the second its workers. Any input asks what was heard, and ends it.
 *
 * @module
 */

import { ScriptedBackend, type ScriptedStep } from "../src/backends/scripted.ts";
import { defaultConfig } from "../src/config.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startServer } from "../src/server.ts";
import type { SynthesisRequest } from "../src/speech/backend.ts";
import { Scheduler, type SentenceSource } from "../src/speech/scheduler.ts";
import { MS_PER_CHARACTER } from "../src/speech/sentence.ts";
import { FIRST_SHARE, serviceOf } from "./scheduler_mix.ts";
import { type OtherOrder, Reordered } from "./scheduler_order.ts";
import { Watcher } from "./scheduler_watcher.ts";

/** Pieces in which the audio after the first comes. */
const PIECES = 4;

/** Waits as long as the model says, and gives as much audio. */
function* speak({ text }: SynthesisRequest): Iterable<ScriptedStep> {
  const audioMs = text.length * MS_PER_CHARACTER;
  const serviceMs = serviceOf(audioMs);
  yield { waitMs: serviceMs * FIRST_SHARE };
  yield { audioMs: audioMs * FIRST_SHARE };
  for (let piece = 0; piece < PIECES; piece++) {
    yield { waitMs: serviceMs * (1 - FIRST_SHARE) / PIECES };
    yield { audioMs: audioMs * (1 - FIRST_SHARE) / PIECES };
  }
}

/** The server knows one order; the others are put before its scheduler. */
function reorder(order: OtherOrder): void {
  const sources = new WeakMap<SentenceSource, Reordered>();
  const { update, remove } = Scheduler.prototype;
  Scheduler.prototype.update = function (source) {
    if (!sources.has(source)) sources.set(source, new Reordered(source, order, systemClock.now));
    update.call(this, sources.get(source)!);
  };
  Scheduler.prototype.remove = function (source) {
    const reordered = sources.get(source);
    if (reordered !== undefined) remove.call(this, reordered);
  };
}

const [order = "deadline", workers = "8"] = Deno.args;
if (order !== "deadline") reorder(order as OtherOrder);
const watcher = new Watcher(systemClock.now);
const server = startServer({
  // The load is what was asked for, so nobody is turned away at the door.
  config: {
    ...defaultConfig(),
    port: 0,
    workers: Number(workers),
    maxLoadPercent: 10_000,
    maxLateMs: 60_000,
    maxLoopLagMs: 60_000,
  },
  backend: new ScriptedBackend({ clock: systemClock, script: speak }),
  record: (event) => watcher.note(event),
});
console.log(`ws://127.0.0.1:${server.address.port}/v1/session`);
await Deno.stdin.read(new Uint8Array(1));
console.log(JSON.stringify(watcher.heard));
await server.stop(0);
