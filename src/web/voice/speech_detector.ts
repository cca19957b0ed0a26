/**
 * Hears when somebody speaks: frames, their features, the room's noise and the gate, together.
 *
 * @module
 */

import { levelOf, voicingOf } from "./frame_features.ts";
import { FrameReader } from "./frame_reader.ts";
import type { FromListener, VoiceSettings } from "./messages.ts";
import { NoiseFloor } from "./noise_floor.ts";
import { VoiceGate } from "./voice_gate.ts";

/** What is loud: dB above the noise floor, and dB of full scale, at sensitivity 0 and 1. */
const MARGIN_DB = [20, 6] as const;
const QUIETEST_DB = [-36, -60] as const;

/** Repetition at the pitch of a voice from which on a frame is voiced. */
const VOICED = 0.55;

/** From one report of the level to the next, in ms. */
const LEVEL_MS = 60;

/** See the module. Feed it all samples of the microphone. */
export class SpeechDetector {
  readonly #reader: FrameReader;
  readonly #gate: VoiceGate;
  readonly #floor = new NoiseFloor();
  readonly #tell: (message: FromListener) => void;
  #sensitivity: number;
  #peakDb = -Infinity;
  #untoldMs = 0;

  constructor(
    sampleRate: number,
    settings: VoiceSettings,
    tell: (message: FromListener) => void,
  ) {
    this.#tell = tell;
    this.#sensitivity = settings.sensitivity;
    this.#gate = new VoiceGate(settings.minSpeechMs);
    this.#reader = new FrameReader(sampleRate, (frame) => this.#take(frame));
  }

  /** Takes other settings. */
  configure({ sensitivity, minSpeechMs }: VoiceSettings): void {
    this.#sensitivity = sensitivity;
    this.#gate.minSpeechMs = minSpeechMs;
  }

  push(samples: Float32Array): void {
    this.#reader.push(samples);
  }

  #take(frame: Float32Array): void {
    const { hopMs, sampleRate } = this.#reader;
    const db = levelOf(frame);
    const isLoud = db >= this.#thresholdDb;
    const isVoiced = isLoud && voicingOf(frame, sampleRate) >= VOICED;
    this.#floor.update(db, hopMs);
    if (this.#gate.push({ isLoud, isVoiced }, hopMs)) {
      this.#tell({ type: "state", state: this.#gate.state });
    }
    this.#tellLevel(db, hopMs);
  }

  get #thresholdDb(): number {
    return Math.max(
      this.#floor.db + between(MARGIN_DB, this.#sensitivity),
      between(QUIETEST_DB, this.#sensitivity),
    );
  }

  #tellLevel(db: number, ms: number): void {
    this.#peakDb = Math.max(this.#peakDb, db);
    this.#untoldMs += ms;
    if (this.#untoldMs < LEVEL_MS) return;
    this.#tell({ type: "level", db: this.#peakDb, thresholdDb: this.#thresholdDb });
    this.#peakDb = -Infinity;
    this.#untoldMs = 0;
  }
}

function between([from, to]: readonly [number, number], share: number): number {
  return from + (to - from) * share;
}
