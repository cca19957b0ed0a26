/**
 * What both sides of `bench/peer.ts` are given: the same replies, written as a language model writes
 * them, the same engine, and a listener who notes the same things. JavaScript, since Node reads it too.
 *
 * @module
 */

/** Hz. */
export const SAMPLE_RATE = 16_000;

/** Time between two tokens, and their length: 200 characters a second. */
const TOKEN = { ms: 20, characters: 4 };

/** Length of a character of speech: the servers' own estimate, `MS_PER_CHARACTER`. */
const MS_PER_CHARACTER = 66;

/** Audio of a chunk of the engine, in samples: 100 ms. */
const CHUNK_SAMPLES = SAMPLE_RATE / 10;

/** After an interruption a listener goes on listening for so long, in ms. */
const AFTER_MS = 300;

/** What an engine gives, made before. */
const CHUNK = Int16Array.from({ length: CHUNK_SAMPLES }, (_, index) => index % 101);

/**
 * @typedef {object} Times of an engine.
 * @property {number} firstMs before a sentence's first chunk
 * @property {number} chunkMs before each further one
 */

/**
 * @typedef {object} Task
 * @property {string} text what every listener has said to it
 * @property {number} listeners at the same time
 * @property {number} spreadMs within which they begin
 * @property {boolean} atOnce the text comes whole, not token by token
 * @property {number} [interruptWithinMs] each interrupts within this time after its first audio
 */

/**
 * @typedef {object} Heard in one reply; times in ms from its first text.
 * @property {number} firstMs first audio
 * @property {number} lastMs last audio
 * @property {number} endMs all is heard, where it is played as it comes
 * @property {number} audioMs length of what came
 * @property {number} gapMs without audio between the first and the last
 * @property {number} afterMs from the interruption to the last audio after it; 0 for none
 * @property {number} unheardMs audio that had come and was not heard when it was interrupted
 */

/**
 * @typedef {object} Ears of a listener.
 * @property {(samples: number) => void} hear audio has come
 * @property {() => void} end all has come
 */

/**
 * @typedef {object} Mouth that says one reply.
 * @property {(text: string, isLast: boolean) => void} write
 * @property {() => void} interrupt
 */

/** @typedef {(ears: Ears, listener: number) => Mouth} Open begins a reply of that listener */

/**
 * An engine's audio of a sentence, at the engine's times.
 *
 * @param {string} text
 * @returns {Int16Array<ArrayBuffer>[]}
 */
export function chunksOf(text) {
  const samples = text.length * MS_PER_CHARACTER * SAMPLE_RATE / 1_000;
  const whole = Math.floor(samples / CHUNK_SAMPLES);
  return [...Array(whole).fill(CHUNK), CHUNK.subarray(0, samples - whole * CHUNK_SAMPLES)];
}

/**
 * Waits, not longer than until the signal.
 *
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/**
 * Has a reply said to each of many listeners.
 *
 * @param {Open} open
 * @param {Task} task
 * @returns {Promise<Heard[]>}
 */
export async function converse(open, task) {
  /** @type {Set<Reply>} */
  const writing = new Set();
  // One timer writes for all: it must cost nothing beside what is measured.
  const stop = everyToken(() => {
    for (const reply of writing) if (reply.write()) writing.delete(reply);
  });
  const listen = async (_, /** @type {number} */ listener) => {
    await pause(task.spreadMs * listener / task.listeners);
    const reply = new Reply(open, task, listener);
    writing.add(reply);
    return await reply.heard;
  };
  try {
    return await Promise.all(Array.from({ length: task.listeners }, listen));
  } finally {
    stop();
  }
}

/** Node and Deno add up the lateness of an interval differently; here it is not added up. */
function everyToken(/** @type {() => void} */ callback) {
  let due = performance.now();
  const tick = () => {
    due += TOKEN.ms;
    timer = setTimeout(tick, due - performance.now());
    callback();
  };
  let timer = setTimeout(tick, 0);
  return () => clearTimeout(timer);
}

/** One reply: what is written of it, and what is heard. */
class Reply {
  /** @type {Promise<Heard>} */
  heard;
  #task;
  #listener;
  #mouth;
  #resolve;
  #written = 0;
  #startedAt = 0;
  #firstAt = 0;
  #lastAt = 0;
  #dryAt = 0;
  #samples = 0;
  #gapMs = 0;
  #interruptedAt = Infinity;
  #unheardMs = 0;

  /**
   * @param {Open} open
   * @param {Task} task
   * @param {number} listener
   */
  constructor(open, task, listener) {
    this.#task = task;
    this.#listener = listener;
    this.heard = new Promise((resolve) => this.#resolve = resolve);
    const ears = { hear: (samples) => this.#hear(samples), end: () => this.#end() };
    this.#mouth = open(ears, listener);
  }

  /** Writes the next token. @returns {boolean} whether it was the last one */
  write() {
    const { text, atOnce } = this.#task;
    if (this.#interruptedAt !== Infinity) return true;
    if (this.#written === 0) this.#startedAt = performance.now();
    const end = atOnce ? text.length : this.#written + TOKEN.characters;
    const isLast = end >= text.length;
    this.#mouth.write(text.slice(this.#written, end), isLast);
    this.#written = end;
    return isLast;
  }

  #hear(samples) {
    const now = performance.now();
    if (this.#samples === 0) this.#begin(now);
    this.#lastAt = now;
    if (this.#interruptedAt !== Infinity) return;
    this.#gapMs += Math.max(0, now - this.#dryAt);
    this.#dryAt = Math.max(now, this.#dryAt) + samples * 1_000 / SAMPLE_RATE;
    this.#samples += samples;
  }

  #begin(now) {
    this.#firstAt = this.#dryAt = now;
    const { interruptWithinMs } = this.#task;
    // Spread evenly, and the same for everyone: multiples of the golden ratio.
    const share = (1 + this.#listener) * 0.618 % 1;
    if (interruptWithinMs) setTimeout(() => this.#interrupt(), share * interruptWithinMs);
  }

  #interrupt() {
    this.#interruptedAt = performance.now();
    this.#unheardMs = Math.max(0, this.#dryAt - this.#interruptedAt);
    this.#mouth.interrupt();
    setTimeout(() => this.#tell(), AFTER_MS);
  }

  #end() {
    if (this.#task.interruptWithinMs === undefined) this.#tell();
  }

  #tell() {
    this.#resolve({
      firstMs: this.#firstAt - this.#startedAt,
      lastMs: this.#lastAt - this.#startedAt,
      endMs: this.#dryAt - this.#startedAt,
      audioMs: this.#samples * 1_000 / SAMPLE_RATE,
      gapMs: this.#gapMs,
      afterMs: Math.max(0, this.#lastAt - this.#interruptedAt),
      unheardMs: this.#unheardMs,
    });
  }
}
