/**
 * One way to cut text into sentences, measured in a process of its own, so that no other has taught
 * the compiler anything. Run without the project's configuration: the packages measured are no part
 * of it.
 *
 * @module
 */

import { Segmenter } from "../src/speech/segmenter/segmenter.ts";

/** Cuts a whole text. */
type Cut = (text: string) => readonly string[];

/** What a subject is asked, as JSON, the process's second argument a file that holds it. */
export interface Task {
  /** Texts whose sentences are wanted. */
  readonly rows: readonly string[];
  /** Text to be cut for time, piece by piece. */
  readonly replies: readonly string[];
  /** Time to measure for, after as much again to warm up; ms. */
  readonly measureMs: number;
}

/** What it answers. */
export interface Answer {
  readonly sentences: readonly (readonly string[])[];
  readonly megabytesPerSecond: number;
}

/** Sentences whole: what published tables and other libraries are about. */
const WHOLE = { maxCharacters: 10_000, earlyFirstClause: false };

function syrinx(text: string): string[] {
  const segmenter = new Segmenter(WHOLE);
  return [...segmenter.push(text), ...segmenter.flush()].map((piece) => piece.text);
}

/** As it comes from a language model: 4 characters after the other, about a token. */
function syrinxStreaming(): Cut {
  const deltas = new Map<string, readonly string[]>();
  return (text) => {
    let tokens = deltas.get(text);
    // Made when a text comes for the first time, which is before the measuring.
    if (tokens === undefined) deltas.set(text, tokens = text.match(/[^]{1,4}/g) ?? []);
    const segmenter = new Segmenter();
    const pieces: string[] = [];
    for (const delta of tokens) {
      for (const piece of segmenter.push(delta)) pieces.push(piece.text);
    }
    for (const piece of segmenter.flush()) pieces.push(piece.text);
    return pieces;
  };
}

function intl(): Cut {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  return (text) => Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The sentence tokenizer of LiveKit's agents, from the folder that they are installed in. */
async function livekit(minLength: number): Promise<Cut> {
  const folder = Deno.args[2]!;
  const module = `${folder}/node_modules/@livekit/agents/dist/tokenize/basic/sentence.js`;
  const { splitSentences } = await import(`file://${module}`);
  return (text) => splitSentences(text, minLength, false).map(([sentence]: [string]) => sentence);
}

/** Imports a package whose types are of no interest here. */
// deno-lint-ignore no-explicit-any
const load = (specifier: string): Promise<any> => import(specifier);

const SUBJECTS: Readonly<Record<string, () => Cut | Promise<Cut>>> = {
  "syrinx": () => syrinx,
  "syrinx, streaming": syrinxStreaming,
  "Intl.Segmenter": intl,
  // Its default joins sentences until they have 20 characters.
  "LiveKit agents 1.9.0": () => livekit(20),
  "LiveKit agents 1.9.0, no least length": () => livekit(1),
  "sbd 1.0.19": async () => (await load("npm:sbd@1.0.19")).sentences,
  "sentence-splitter 5.0.0": async () => {
    const { split } = await load("npm:sentence-splitter@5.0.0");
    return (text) =>
      split(text)
        .filter(({ type }: { type: string }) => type === "Sentence")
        .map(({ raw }: { raw: string }) => raw);
  },
  "compromise 14.14.4": async () => {
    const { default: nlp } = await load("npm:compromise@14.14.4");
    return (text) => nlp(text).sentences().out("array");
  },
};

/** MB/s, a character counted as one byte. */
function measure(cut: Cut, { replies, measureMs }: Task): number {
  for (const reply of replies) cut(reply);
  run(cut, replies, measureMs);
  const start = performance.now();
  const characters = run(cut, replies, measureMs);
  return characters / 1_000 / (performance.now() - start);
}

/** Cuts reply after reply for so long; gives the number of characters cut. */
function run(cut: Cut, replies: readonly string[], ms: number): number {
  const end = performance.now() + ms;
  let characters = 0;
  let sentences = 0;
  for (let index = 0; performance.now() < end; index = (index + 1) % replies.length) {
    sentences += cut(replies[index]!).length;
    characters += replies[index]!.length;
  }
  if (sentences === 0) throw new Error("nothing was cut");
  return characters;
}

if (import.meta.main) {
  const [name, file] = Deno.args;
  const task: Task = JSON.parse(await Deno.readTextFile(file!));
  const cut = await SUBJECTS[name!]!();
  const megabytesPerSecond = measure(cut, task);
  const sentences = task.rows.map((row) => [...cut(row)]);
  const answer: Answer = { sentences, megabytesPerSecond };
  console.log(JSON.stringify(answer));
}
