/**
 * What a page and its audio thread tell each other. Positions are samples at the context's rate,
 * from the start of a track. A track is one utterance's audio from one connection.
 *
 * @module
 */

/** Name of the processor. */
export const PROCESSOR = "syrinx-player";

/** What the processor is made with. */
export interface PlayerOptions {
  /** Audio to gather before playing begins, in samples. */
  readonly startSamples: number;
  /** Length of a fade, in samples. */
  readonly fadeSamples: number;
}

/** From the page to the audio thread. */
export type ToPlayer =
  | { readonly type: "write"; readonly track: number; readonly samples: Float32Array }
  /** What there is of the track stands for itself: a sentence is complete. */
  | { readonly type: "complete"; readonly track: number }
  /** Throws away what is not played yet of these tracks, from that position on. */
  | {
    readonly type: "cut";
    readonly id: number;
    readonly tracks: readonly number[];
    readonly from: number;
  }
  | { readonly type: "pause" | "resume" | "close" };

/** Where playing is. */
export interface PlayerPosition {
  /** Track that is playing, or was last. */
  readonly track: number;
  /** Samples played of it. */
  readonly played: number;
  /** Samples that wait. */
  readonly buffered: number;
  /** Times that the audio ran out in the middle of a sentence. */
  readonly underruns: number;
}

/** From the audio thread to the page. */
export type FromPlayer =
  | ({ readonly type: "position" } & PlayerPosition)
  /** A cut is done: samples played of each track that was there. */
  | {
    readonly type: "cut";
    readonly id: number;
    readonly played: readonly (readonly [track: number, samples: number])[];
  };
