/**
 * How much of what was sent a listener has heard when it interrupts.
 *
 * @module
 */

import type { BargeInReport } from "./types.ts";
import type { Utterance } from "./utterance.ts";
import type { UtteranceLine } from "./utterance_line.ts";

/** Where the client last said it was. */
export interface PlaybackReport {
  readonly utteranceId: string;
  readonly playedMs: number;
  /** Clock time at which it said so, ms. */
  readonly at: number;
}

/** What a client has told of its position. */
export interface ToldPosition {
  /** From the barge-in itself: the utterance it names, if any. */
  readonly utteranceId?: string | undefined;
  /** From the barge-in itself: ms played of the utterance being heard. */
  readonly playedMs?: number | undefined;
  /** The last `playback` message, if any. */
  readonly playback?: PlaybackReport | undefined;
}

/** Samples played of every utterance that is being said or may still be heard. */
export interface Heard {
  readonly played: ReadonlyMap<Utterance, number>;
  /** True when the client told nothing and the model of the listener had to do. */
  readonly estimated: boolean;
}

/** Works out what was heard, from the client's word where there is one. */
export function locateListener(
  line: UtteranceLine,
  told: ToldPosition,
  sampleRate: number,
  now: number,
): Heard {
  const audible = line.audible(now);
  const played = new Map<Utterance, number>();
  for (const utterance of audible) played.set(utterance, line.playedSamples(utterance, now));

  const heardId = told.utteranceId ?? told.playback?.utteranceId;
  const named = audible.find((utterance) => utterance.id === heardId);
  const current = named ??
    audible.find((utterance) => played.get(utterance)! < utterance.sentSamples) ??
    audible.findLast((utterance) => utterance.sentSamples > 0);
  const toldMs = toldPlayedMs(told, current, now);
  if (current === undefined || toldMs === undefined) return { played, estimated: true };

  // What comes before the utterance being heard was heard to its end, what comes after, not at all.
  const position = audible.indexOf(current);
  audible.forEach((utterance, index) => {
    if (index !== position) played.set(utterance, index < position ? utterance.sentSamples : 0);
  });
  const samples = (ms: number) => Math.round(ms * sampleRate / 1000);
  // Nothing can be played before it was sent, whatever the client says. Nor has the listener gone on
  // since its last word where there was nothing to go on with.
  const limit = told.playedMs === undefined
    ? Math.max(samples(told.playback!.playedMs), played.get(current)!)
    : current.sentSamples;
  played.set(current, Math.min(samples(toldMs), limit, current.sentSamples));
  return { played, estimated: false };
}

/** The position in `current` by the client's word, in ms; undefined when it gave none. */
function toldPlayedMs(
  told: ToldPosition,
  current: Utterance | undefined,
  now: number,
): number | undefined {
  if (told.playedMs !== undefined) return told.playedMs;
  const { playback } = told;
  if (playback === undefined || playback.utteranceId !== current?.id) return undefined;
  return playback.playedMs + (now - playback.at);
}

/** Says what was heard of each target, in order; to be asked before their audio is discarded. */
export function reportHeard(
  targets: readonly Utterance[],
  heard: Heard,
  sampleRate: number,
): Omit<BargeInReport, "latencyMs"> {
  let discardedSamples = 0;
  const utterances = targets.map((utterance) => {
    const played = heard.played.get(utterance)!;
    discardedSamples += utterance.sentSamples - played;
    return utterance.heard(played);
  });
  const current = utterances.findLast((utterance) => utterance.playedMs > 0) ?? utterances[0];
  return {
    utterances,
    playedMs: current?.playedMs ?? 0,
    estimated: heard.estimated,
    discardedMs: discardedSamples * 1000 / sampleRate,
  };
}
