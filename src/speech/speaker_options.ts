/**
 * What a speaker is made of.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import type { Resampler } from "../lib/pcm/resampler.ts";
import type { AudioChunk, SynthesisRequest } from "./backend.ts";
import type { CleaningOptions } from "./cleaning/cleaner.ts";
import type { Record } from "./events.ts";
import type { Tenant } from "./fair_queue.ts";
import type { SessionLimits } from "./limits.ts";
import type { SessionSink } from "./playout.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SegmenterOptions } from "./segmenter/segmenter.ts";
import type { AudioShape } from "./sentence.ts";
import type { TextAllowances } from "./text_allowance.ts";
import type { Ticker } from "./ticker.ts";
import type { Turns } from "./turns.ts";
import type { SpeechSettings } from "./types.ts";
import type { Workload } from "./workload.ts";

/** What all speakers of a server share. */
export interface SpeakerContext {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly turns: Turns;
  readonly scheduler: Scheduler;
  readonly workload: Workload;
  readonly allowances: TextAllowances;
  readonly record: Record;
  /** Whether sessions are to take and hold no more than they need to go on. */
  readonly isShortOfMemory: () => boolean;
  readonly limits: SessionLimits;
  readonly segmentation: SegmenterOptions;
  readonly cleaning: CleaningOptions;
  /** A sentence that needs no synthesis; undefined if it does. */
  readonly recall: (request: SynthesisRequest) => AudioChunk | undefined;
  /** What turns audio of a voice into audio at `sampleRate` Hz; undefined if that is the voice's own. */
  readonly createResampler: (voice: string, sampleRate: number) => Resampler | undefined;
}

/** What one speaker is made of. */
export interface SpeakerOptions {
  readonly sessionId: string;
  readonly tenant: Tenant;
  readonly settings: SpeechSettings;
  readonly shape: AudioShape;
  readonly sink: SessionSink;
  /** The last live utterance has ended. */
  readonly onSilent: () => void;
  /** The sink has been full since that clock time. */
  readonly onBlocked: (since: number, now: number) => void;
  /** By its client's word the listener has not got on for that long, in ms, with audio to play. */
  readonly onStandstill: (ms: number) => void;
}
