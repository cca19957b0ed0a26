/**
 * Syrinx without its sockets: sessions in the process of whoever speaks, which is all that a
 * `StreamAdapter` of LiveKit is. Does what it is told in lines of JSON, and listens to itself. The
 * arguments are the engine's times, as JSON, and the lead.
 *
 * @module
 */

import { defaultConfig } from "../src/config.ts";
import { systemClock } from "../src/lib/clock.ts";
import { createContext } from "../src/session_context.ts";
import { Scheduler } from "../src/speech/scheduler.ts";
import { Session, type SessionContext } from "../src/speech/session.ts";
import { TextAllowances } from "../src/speech/text_allowance.ts";
import { Ticker } from "../src/speech/ticker.ts";
import { Turns } from "../src/speech/turns.ts";
import type { Lead, SessionEvent } from "../src/speech/types.ts";
import { WorkerPool } from "../src/speech/worker_pool.ts";
import { Workload } from "../src/speech/workload.ts";
import { scriptedEngine } from "./peer_engine.ts";
import {
  converse,
  type Ears,
  type Mouth,
  SAMPLE_RATE,
  type Task,
  type Times,
} from "./peer_script.mjs";

/** Frames of 20 ms, the protocol's default. */
const SHAPE = { sampleRate: SAMPLE_RATE, frameSamples: SAMPLE_RATE / 50, wholeFrames: false };

function start(times: Times): SessionContext {
  const config = defaultConfig();
  const backend = scriptedEngine(times);
  const clock = systemClock;
  const scheduler = new Scheduler({ clock, maxQueueDepth: config.maxQueueDepth });
  const record = () => {};
  const { chunkTimeoutMs } = config;
  const size = backend.capacity!;
  new WorkerPool({ size, scheduler, backend, clock, record, chunkTimeoutMs }).start();
  return createContext(config, backend, {
    clock,
    ticker: new Ticker(clock),
    turns: new Turns(clock, () => scheduler.hasListeners),
    scheduler,
    workload: new Workload(clock),
    allowances: new TextAllowances(clock, null),
    isShortOfMemory: () => false,
    record,
  });
}

function speak(context: SessionContext, lead: Lead, ears: Ears): Mouth {
  const send = (event: SessionEvent) => {
    if (event.type === "audio") ears.hear(event.pcm.length);
    if (event.type !== "utterance_ended") return;
    ears.end();
    session.end("finished");
  };
  const session: Session = new Session(context, {
    id: "s",
    dialect: "native",
    settings: { voice: "one", speed: 1, lead, words: false },
    shape: SHAPE,
    sink: { send, bufferedBytes: 0 },
    onEnd: () => {},
  });
  return {
    write: (text, final) => session.execute({ type: "text", text, final }, performance.now()),
    interrupt: () => session.execute({ type: "barge_in" }, performance.now()),
  };
}

const [times, leadMs] = Deno.args;
const lead = leadMs === "unpaced" ? leadMs : Number(leadMs);
const context = start(JSON.parse(times!));
console.log("ready");
const decoder = new TextDecoderStream();
let rest = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(decoder)) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop()!;
  for (const line of lines) {
    const task: Task = JSON.parse(line);
    console.log(JSON.stringify(await converse((ears) => speak(context, lead, ears), task)));
  }
}
Deno.exit();
