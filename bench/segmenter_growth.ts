/**
 * How the segmenter's time grows with the text: with all of it, and with what came before a delta.
 *
 * @module
 */

import { Segmenter } from "../src/speech/segmenter/segmenter.ts";
import { quantile, round, type Row } from "./report.ts";
import { repliesOf } from "./segmenter_text.ts";

/** Characters of the shortest text. */
const BASE = 20_000;

/** Characters of a delta. */
const DELTA = 5;

/** What was found. */
export interface Growth {
  /** Time of a character at each length, ns. */
  readonly lengths: readonly { readonly characters: number; readonly ns: number }[];
  /** 100 times the text over 10 times the text. */
  readonly perCharacter: number;
  /** Time of a delta in the first and in the last tenth of the longest text, ns. */
  readonly first: number;
  readonly last: number;
  /** Last over first. */
  readonly perDelta: number;
}

/** Cuts texts of growing length, each several times in turn. */
export function measureGrowth(short: boolean): Growth {
  const texts = [1, 10, 100].map((times) =>
    repliesOf({ count: 1, characters: times * BASE, seed: times })[0]!
  );
  const times = texts.map(() => [] as number[]);
  const tenths: (readonly number[])[] = [];
  cutTenths(texts[1]!);
  for (let round = 0; round < (short ? 3 : 15); round++) {
    for (const [index, text] of texts.entries()) {
      const taken = cutTenths(text);
      times[index]!.push(taken.reduce((sum, ms) => sum + ms, 0) * 1e6 / text.length);
      if (index === texts.length - 1) tenths.push(taken);
    }
  }
  const ns = times.map((values) => quantile(values, 0.5));
  const deltas = texts.at(-1)!.length / DELTA / 10;
  const ofTenth = (tenth: number) =>
    quantile(tenths.map((taken) => taken[tenth]!), 0.5) * 1e6 / deltas;
  const [first, last] = [ofTenth(0), ofTenth(9)];
  return {
    lengths: texts.map((text, index) => ({ characters: text.length, ns: ns[index]! })),
    perCharacter: ns[2]! / ns[1]!,
    first,
    last,
    perDelta: last / first,
  };
}

/** Rows for the table. */
export function growthRows({ lengths, first, last }: Growth): Row[] {
  return [
    ...lengths.map(({ characters, ns }) => ({
      what: `one text of ${characters} characters, streaming`,
      "MB/s": round(1_000 / ns),
    })),
    { what: `a delta of ${DELTA} characters, first tenth of the longest`, ns: Math.round(first) },
    { what: "the same, last tenth", ns: Math.round(last) },
  ];
}

/** Cuts one utterance's text in deltas; the time of each tenth of it, ms. */
function cutTenths(text: string): number[] {
  const segmenter = new Segmenter();
  const times: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    const end = Math.floor(text.length * (tenth + 1) / 10);
    const start = performance.now();
    for (let at = Math.floor(text.length * tenth / 10); at < end; at += DELTA) {
      segmenter.push(text.slice(at, Math.min(end, at + DELTA)));
    }
    times.push(performance.now() - start);
  }
  return times;
}
