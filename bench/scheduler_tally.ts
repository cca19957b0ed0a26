/**
 * What listeners of one run heard, in figures that two orders can be compared by.
 *
 * @module
 */

import type { Heard } from "./scheduler_session.ts";

/** Text that was there for so long when its listener ran dry was there in time, ms. */
const IN_TIME_MS = 1_000;

/** The figures; ms, and counts per 1,000 utterances. */
export interface Figures {
  readonly utterances: number;
  /** The listener ran dry though an idle pool would have been in time. */
  readonly underruns: number;
  /** Of those: the text had been there for a second. */
  readonly avoidable: number;
  readonly meanGapMs: number;
  readonly firstAudioP50Ms: number;
  readonly firstAudioP99Ms: number;
  /** The same of the owner that waits longest, the first one left out. */
  readonly worstP99Ms: number;
  /** Jain's index over the owners' {@linkcode Owner.heardShare}: 1 is equal. */
  readonly jain: number;
}

/** One owner's utterances. */
class Owner {
  readonly firstAudioMs: number[] = [];
  audioMs = 0;
  silenceMs = 0;

  /** Audio as a part of audio and of the silence that the server made. */
  get heardShare(): number {
    return this.audioMs / (this.audioMs + this.silenceMs);
  }
}

/** Counts. */
export class Tally {
  readonly #owners: Owner[];
  #utterances = 0;
  #underruns = 0;
  #avoidable = 0;
  #gapMs = 0;

  /** @param owners how many there are. */
  constructor(owners: number) {
    this.#owners = Array.from({ length: owners }, () => new Owner());
  }

  /** Notes an utterance. */
  add(index: number, heard: Heard): void {
    const owner = this.#owners[index]!;
    this.#utterances++;
    for (const { ms, slackMs } of heard.gaps) {
      this.#underruns++;
      this.#gapMs += ms;
      owner.silenceMs += ms;
      if (slackMs >= IN_TIME_MS) this.#avoidable++;
    }
    if (heard.audioMs === 0) return;
    owner.audioMs += heard.audioMs;
    owner.silenceMs += heard.waitMs;
    owner.firstAudioMs.push(heard.firstAudioMs);
  }

  /** What was noted so far. */
  figures(): Figures {
    const perThousand = (count: number) => count * 1_000 / this.#utterances;
    const [all, ...others] = [
      this.#owners.flatMap(({ firstAudioMs }) => firstAudioMs),
      ...this.#owners.slice(1).map(({ firstAudioMs }) => firstAudioMs),
    ].map((values) => Float64Array.from(values).sort());
    return {
      utterances: this.#utterances,
      underruns: perThousand(this.#underruns),
      avoidable: perThousand(this.#avoidable),
      meanGapMs: this.#underruns === 0 ? 0 : this.#gapMs / this.#underruns,
      firstAudioP50Ms: at(all!, 0.5),
      firstAudioP99Ms: at(all!, 0.99),
      worstP99Ms: Math.max(0, ...others.map((values) => at(values, 0.99))),
      jain: jainOf(this.#owners.map(({ heardShare }) => heardShare)),
    };
  }
}

/** Of sorted values. */
function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Jain, Chiu and Hawe 1984: the square of the sum over the sum of the squares. */
function jainOf(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return sum * sum / (values.length * squares);
}
