/**
 * Syrinx over an engine that costs nothing, in a process of its own: what is measured is the server.
 * Settings are the defaults, but for those that would turn listeners away, and enough workers.
 *
 * @module
 */

import { defaultConfig } from "../src/config.ts";
import { startServer } from "../src/server.ts";
import type { AudioChunk, Backend, SynthesisRequest } from "../src/speech/backend.ts";
import type { SpeechEvent } from "../src/speech/events.ts";
import { MS_PER_CHARACTER } from "../src/speech/sentence.ts";
import { answer } from "./crowd_answers.ts";
import { FRAME_MS, SAMPLES_PER_MS } from "./crowd_audio.ts";

/** Longer than any sentence. */
const LONGEST_MS = 60_000;

/** Gives a piece of the same audio for every sentence, at once and whole, as Flite does. */
class ReadyBackend implements Backend {
  readonly voices = [{
    id: "ready",
    description: "audio that was made before",
    language: "en-US",
    sampleRate: SAMPLES_PER_MS * 1_000,
  }];
  readonly #pcm = new Int16Array(LONGEST_MS * SAMPLES_PER_MS).fill(1_000);
  /** Audio given so far, ms. */
  givenMs = 0;

  async *synthesize({ text }: SynthesisRequest): AsyncGenerator<AudioChunk, void, void> {
    const ms = Math.ceil(text.length * MS_PER_CHARACTER / FRAME_MS) * FRAME_MS;
    this.givenMs += ms;
    yield { pcm: this.#pcm.subarray(0, ms * SAMPLES_PER_MS) };
  }
}

const backend = new ReadyBackend();
let takenMs = 0;
let underruns = 0;

function record(event: SpeechEvent): void {
  if (event.type === "audio_sent") takenMs += event.audioMs;
  else if (event.type === "underrun" && event.cause === "server") underruns++;
}

const server = startServer({
  config: {
    ...defaultConfig(),
    port: 0,
    workers: 64,
    maxSessions: 100_000,
    maxSessionsPerAddress: 100_000,
    maxConnections: 100_000,
    maxQueueDepth: 1_000_000,
    maxMemoryMb: 1_000_000,
    maxLoadPercent: 100_000,
    maxLateMs: 60_000,
    maxLoopLagMs: 60_000,
  },
  backend,
  record,
});
await answer(server.address.port, () => ({ heldMs: backend.givenMs - takenMs, underruns }));
