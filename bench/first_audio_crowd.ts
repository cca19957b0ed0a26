/**
 * `first_audio_crowd.ts URL SESSIONS`: listeners that are spoken to all the time, in a process of their
 * own. It says "speaking" when all of them have heard something; any input ends it.
 *
 * @module
 */

import { BenchListener } from "./listener.ts";

/** Time over which they come: they are not all at the same point of a reply, in ms. */
const RAMP_MS = 2_000;

const REPLY = [
  "This is a sentence of a usual length, as a reply has many.",
  "The next one is a little shorter.",
  "A third one follows, so that there is something to schedule.",
  "And this is the last.",
].join(" ");

const [url, sessions] = [Deno.args[0]!, Number(Deno.args[1])];
const listeners = await Promise.all(
  Array.from({ length: sessions }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, RAMP_MS * index / sessions));
    return await listen();
  }),
);
console.log("speaking");
await Deno.stdin.read(new Uint8Array(1));
for (const listener of listeners) listener.close();
console.log("over");
// Replies are still awaited.
Deno.exit();

/** Resolves when something is heard. */
async function listen(): Promise<BenchListener> {
  const listener = await BenchListener.connect(url);
  const audio = listener.audio();
  converse(listener);
  await audio;
  return listener;
}

async function converse(listener: BenchListener): Promise<never> {
  for (;;) {
    const ended = listener.message("utterance_ended");
    listener.send({ type: "text", text: REPLY, final: true });
    await ended;
  }
}
