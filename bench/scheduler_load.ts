/**
 * The same conversations as in the simulation, held with a real server in real time.
 *
 * @module
 */

import { BenchListener } from "./listener.ts";
import {
  drawTurn,
  type PlannedSentence,
  type Random,
  randomOf,
  type Turn,
} from "./scheduler_mix.ts";
import type { OtherOrder } from "./scheduler_order.ts";
import type { Heard } from "./scheduler_session.ts";

/** What is to be held. */
export interface LoadOptions {
  readonly order: OtherOrder | "deadline";
  readonly workers: number;
  readonly sessions: number;
  readonly seconds: number;
  readonly seed: number;
}

/** The server's own lead: an utterance has ended when all is sent, and is heard so much later. */
const LEAD_MS = 300;

/** Conversations begin within this part of the time, so that they are not all at the same point. */
const RAMP = 0.2;

/** Characters of a delta: a few tokens, so that the load costs less than the server. */
const DELTA = 25;

const WORDS = "river stone light winter garden letter window summer morning yellow ".repeat(3);

/** Starts a server, holds the conversations, and gives what was heard in each utterance. */
export async function holdConversations(options: LoadOptions): Promise<Heard[]> {
  const { order, workers, sessions, seconds, seed } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", new URL("scheduler_server.ts", import.meta.url).pathname]
      .concat(order, `${workers}`),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = await nextLine(lines);
  const end = AbortSignal.timeout(seconds * 1_000);
  await Promise.all(
    Array.from(
      { length: sessions },
      (_, index) =>
        converse(url, {
          random: randomOf((seed + index) * 7919),
          rampMs: seconds * 1_000 * RAMP,
          end,
        }),
    ),
  );
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(1));
  const heard: Heard[] = JSON.parse(await nextLine(lines));
  await writer.close();
  await lines.cancel();
  await child.status;
  return heard;
}

async function nextLine(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let line = "";
  while (!line.endsWith("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended: ${line}`);
    line += value;
  }
  return line.trim();
}

async function converse(url: string, { random, rampMs, end }: {
  readonly random: Random;
  readonly rampMs: number;
  readonly end: AbortSignal;
}): Promise<void> {
  await pause(random() * rampMs, end);
  if (end.aborted) return;
  const listener = await BenchListener.connect(url);
  while (!end.aborted) {
    const turn = drawTurn(random);
    await pause(turn.thinkMs, end);
    if (!end.aborted) await hear(listener, turn, end);
  }
  listener.close();
}

/** One turn, to its end, its interruption, or the end of everything. */
async function hear(listener: BenchListener, turn: Turn, end: AbortSignal): Promise<void> {
  const over = new AbortController();
  const ended = listener.message("utterance_ended").then(({ outcome }) => {
    over.abort();
    return outcome;
  });
  const until = AbortSignal.any([over.signal, end]);
  if (turn.interruptedAfterMs !== Infinity) {
    listener.audio().then(async () => {
      await pause(turn.interruptedAfterMs, until);
      if (!until.aborted) listener.send({ type: "barge_in" });
    });
  }
  await write(listener, turn.sentences, until);
  const stopped = new Promise((resolve) => end.addEventListener("abort", resolve, { once: true }));
  const outcome = await Promise.race([ended, end.aborted ? undefined : stopped]);
  if (outcome === "completed") await pause(LEAD_MS, end);
}

/** Sends sentences as a language model writes them. */
async function write(
  listener: BenchListener,
  sentences: readonly PlannedSentence[],
  until: AbortSignal,
): Promise<void> {
  const start = performance.now();
  let beganMs = 0;
  for (const [index, { characters, writtenMs }] of sentences.entries()) {
    const text = `${index > 0 ? " " : ""}S${WORDS.slice(0, characters - 2)}.`;
    for (let at = 0; at < text.length; at += DELTA) {
      const share = Math.min(1, (at + DELTA) / text.length);
      await pause(start + beganMs + (writtenMs - beganMs) * share - performance.now(), until);
      if (until.aborted) return;
      const isLast = index === sentences.length - 1 && at + DELTA >= text.length;
      listener.send({ type: "text", text: text.slice(at, at + DELTA), final: isLast });
    }
    beganMs = writtenMs;
  }
}

/** Waits, not longer than until the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
