/**
 * The segmenter: how fast, how its time grows with the text, and how often it is right, beside what
 * people would use instead.
 *
 * @module
 */

import { installClients } from "../tests/dialects/clients/install.ts";
import { GOLDEN_ENGLISH, MORE_ENGLISH } from "../tests/speech/segmenter/golden_cases.ts";
import { readRow } from "../tests/speech/segmenter/helpers.ts";
import { GOLDEN_LANGUAGES, OWN_LANGUAGES } from "../tests/speech/segmenter/language_cases.ts";
import { OWN_ENGLISH } from "../tests/speech/segmenter/own_cases.ts";
import { type BenchOptions, type Goal, judge, quantile, type Report, round } from "./report.ts";
import { growthRows, measureGrowth } from "./segmenter_growth.ts";
import type { Answer, Task } from "./segmenter_subject.ts";
import { repliesOf } from "./segmenter_text.ts";

const OURS = "syrinx";
const STREAMING = "syrinx, streaming";

/** What needs nothing to be installed. */
const BUILT_IN = [OURS, STREAMING, "Intl.Segmenter"];

const LIBRARIES = [
  "LiveKit agents 1.9.0",
  "LiveKit agents 1.9.0, no least length",
  "sbd 1.0.19",
  "sentence-splitter 5.0.0",
  "compromise 14.14.4",
];

/** Rows of the segmenter's own tests, by where they come from. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  "golden rules": GOLDEN_ENGLISH,
  "golden suite": [...MORE_ENGLISH, ...Object.values(GOLDEN_LANGUAGES).flat()],
  "own cases": [...Object.values(OWN_ENGLISH).flat(), ...Object.values(OWN_LANGUAGES).flat()],
};

/** Runs the part. */
export async function segmenter({ short }: BenchOptions): Promise<Report> {
  const names = short ? BUILT_IN : [...BUILT_IN, ...LIBRARIES];
  const answers = await askAll(names, short);
  const growth = measureGrowth(short);
  const [ours, ...others] = names.filter((name) => name !== STREAMING).map((name) => ({
    name,
    right: rightOf(Object.values(TABLES).flat(), answers.get(name)![0]!.sentences),
  }));
  const best = others.reduce((a, b) => b.right > a.right ? b : a);
  const speed = (name: string) =>
    quantile(answers.get(name)!.map(({ megabytesPerSecond }) => megabytesPerSecond), 0.5);
  const goals: Goal[] = [
    judge({ name: "MB/s on English, streaming", value: speed(STREAMING), atLeast: 50 }),
    judge({
      name: "time of a character, 100 times the text over 10 times the text",
      value: growth.perCharacter,
      atMost: 1.2,
      wideMargin: 3,
    }),
    judge({
      name: "time of a delta at the end of a long text over that at its beginning",
      value: growth.perDelta,
      atMost: 1.2,
      wideMargin: 3,
    }),
    judge({
      name: `rows cut right, over the best other (${best.name})`,
      value: ours!.right / best.right,
      atLeast: 1.01,
      wideMargin: 1,
    }),
  ];
  return {
    title: "Segmenter, on one core",
    rows: [
      ...names.map((name) => rowOf(name, answers.get(name)!, speed(OURS))),
      ...growthRows(growth),
    ],
    goals,
    method: METHOD,
  };
}

const METHOD = `\
Speed is over replies of 2,000 characters of plain English, of which each is cut from beginning to end;
"streaming" gets them in deltas of 4 characters, about a token, and cuts as the server does by default, early
first clause and all. Every subject runs in a process of its own, in turn. Accuracy is over the tables
of the segmenter's tests, which it passes because it was built to; a row is right when all its sentences
are, white space aside. The golden rules and the golden suite are those of Pragmatic Segmenter, which is
none of the subjects. LiveKit's tokenizer joins sentences below 20 characters unless told not to, so it
is there twice.`;

/** Runs every subject in turn, several times; its answers by name. */
async function askAll(names: readonly string[], short: boolean): Promise<Map<string, Answer[]>> {
  const task: Task = {
    rows: Object.values(TABLES).flat().map((row) => readRow(row).text),
    replies: repliesOf({ count: 200, characters: 2_000, seed: 1 }),
    measureMs: short ? 500 : 1_000,
  };
  const file = await Deno.makeTempFile({ suffix: ".json" });
  const clients = short ? "" : await installClients();
  const answers = new Map<string, Answer[]>(names.map((name) => [name, []]));
  try {
    await Deno.writeTextFile(file, JSON.stringify(task));
    for (let round = 0; round < (short ? 2 : 7); round++) {
      for (const name of names) answers.get(name)!.push(await ask([name, file, clients]));
    }
  } finally {
    await Deno.remove(file);
  }
  return answers;
}

async function ask(args: readonly string[]): Promise<Answer> {
  const subject = new URL("segmenter_subject.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--no-config", "--no-lock", subject, ...args],
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${args[0]}: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}

/** How many rows were cut right. */
function rightOf(rows: readonly string[], answers: Answer["sentences"]): number {
  const plain = (sentences: readonly string[]) =>
    sentences.map((sentence) => sentence.replace(/\s+/g, " ").trim()).join("¦");
  return rows.filter((row, index) => plain(readRow(row).sentences) === plain(answers[index]!))
    .length;
}

function rowOf(name: string, answers: readonly Answer[], ourSpeed: number) {
  const speeds = answers.map(({ megabytesPerSecond }) => megabytesPerSecond);
  const accuracy: Record<string, string> = {};
  let from = 0;
  for (const [table, rows] of Object.entries(TABLES)) {
    const right = rightOf(rows, answers[0]!.sentences.slice(from, from + rows.length));
    // Streaming has the server's cuts inside of sentences, which the tables know nothing of.
    if (name !== STREAMING) accuracy[table] = `${right} of ${rows.length}`;
    from += rows.length;
  }
  return {
    what: name,
    "MB/s": round(quantile(speeds, 0.5)),
    "min": round(quantile(speeds, 0)),
    "max": round(quantile(speeds, 1)),
    "syrinx over it": round(ourSpeed / quantile(speeds, 0.5)),
    ...accuracy,
  };
}
