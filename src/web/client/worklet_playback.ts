/**
 * Playback through an AudioWorklet: sample-exact.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import {
  type FromPlayer,
  type PlayerOptions,
  PROCESSOR,
  type ToPlayer,
} from "../worklet/messages.ts";
import type { AudioState } from "./api.ts";
import { AudioDevice } from "./audio_device.ts";
import { deferred } from "./deferred.ts";
import { type Playback, type PlaybackListener, TrackBook } from "./playback.ts";
import { Resampler } from "./resampler.ts";
import type { AudioContextLike, AudioNodeLike } from "./web_audio.ts";

/** Options of {@linkcode WorkletPlayback}. */
export interface WorkletPlaybackOptions {
  readonly context: AudioContextLike;
  /** Whether the context is closed with the playback. */
  readonly ownsContext: boolean;
  readonly destination: AudioNodeLike;
  /** Audio to gather before playing begins, in ms. */
  readonly bufferMs: number;
  readonly clock: Clock;
  readonly listener: PlaybackListener;
}

/** An `AudioWorkletNode`. */
interface WorkletNode {
  readonly port: MessagePort;
  connect(destination: AudioNodeLike): void;
  disconnect(): void;
}

type WorkletNodeConstructor = new (
  context: AudioContextLike,
  name: string,
  options: {
    numberOfInputs: number;
    outputChannelCount: number[];
    processorOptions: PlayerOptions;
  },
) => WorkletNode;

/** Length of a fade, in ms: short to the ear, long enough not to click. */
const FADE_MS = 5;

/** Longest wait for the audio thread, in ms; one that does not run plays nothing either. */
const ANSWER_MS = 200;

/** Plays on a context whose worklet module is loaded. */
export class WorkletPlayback implements Playback {
  readonly #options: WorkletPlaybackOptions;
  readonly #node: WorkletNode;
  readonly #device: AudioDevice;
  readonly #book: TrackBook;
  readonly #cuts = new Map<number, () => void>();
  #resampler: Resampler | undefined;
  /** The track whose samples the resampler holds. */
  #resampled: number | undefined;
  #cutIds = 0;
  #buffered = 0;
  #underruns = 0;

  constructor(options: WorkletPlaybackOptions) {
    const { context, destination, bufferMs, listener } = options;
    const { AudioWorkletNode } = globalThis as unknown as {
      AudioWorkletNode: WorkletNodeConstructor;
    };
    this.#options = options;
    this.#book = new TrackBook(listener);
    this.#device = new AudioDevice(context, (state) => listener.onState(state));
    this.#node = new AudioWorkletNode(context, PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: {
        startSamples: Math.round(bufferMs * context.sampleRate / 1_000),
        fadeSamples: Math.round(FADE_MS * context.sampleRate / 1_000),
      },
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<FromPlayer>) => this.#receive(data);
    this.#node.connect(destination);
  }

  get state(): AudioState {
    return this.#device.state;
  }

  get bufferedMs(): number {
    return this.#toMs(this.#buffered);
  }

  get underruns(): number {
    return this.#underruns;
  }

  write(track: number, pcm: Int16Array, sampleRate: number): void {
    if (this.#resampler?.fromRate !== sampleRate) {
      this.#resampler = new Resampler(sampleRate, this.#options.context.sampleRate);
    } else if (track !== this.#resampled) {
      this.#resampler.reset();
    }
    this.#resampled = track;
    this.#append(track, this.#resampler.push(pcm));
  }

  complete(track: number): void {
    this.#post({ type: "complete", track });
  }

  end(track: number): void {
    if (track === this.#resampled) {
      this.#append(track, this.#resampler!.end());
      this.#resampled = undefined;
    }
    this.complete(track);
    this.#book.end(track);
  }

  async cut(tracks: readonly number[], fromMs: number): Promise<number> {
    const { context, clock } = this.#options;
    if (tracks.includes(this.#resampled ?? NaN)) this.#resampled = undefined;
    const id = ++this.#cutIds;
    const from = Math.round(fromMs * context.sampleRate / 1_000);
    const { promise, resolve } = deferred<void>();
    this.#cuts.set(id, resolve);
    this.#post({ type: "cut", id, tracks, from });
    const cancel = clock.after(ANSWER_MS, resolve);
    await promise;
    cancel();
    this.#cuts.delete(id);
    for (const track of tracks) this.#book.cut(track, fromMs);
    return FADE_MS + this.#latencyMs;
  }

  tell(): void {}

  pause(): void {
    this.#post({ type: "pause" });
  }

  resume(): void {
    this.#post({ type: "resume" });
  }

  unlock(): Promise<void> {
    return this.#device.unlock();
  }

  async close(): Promise<void> {
    const { context, ownsContext } = this.#options;
    this.#device.close();
    this.#post({ type: "close" });
    this.#node.port.onmessage = null;
    this.#node.disconnect();
    if (ownsContext && context.state !== "closed") await context.close();
  }

  /** From the audio thread to the ear. */
  get #latencyMs(): number {
    return (this.#options.context.outputLatency ?? 0) * 1_000;
  }

  #append(track: number, samples: Float32Array<ArrayBuffer>): void {
    if (samples.length === 0) return;
    this.#book.wrote(track, this.#toMs(samples.length));
    this.#buffered += samples.length;
    this.#post({ type: "write", track, samples }, [samples.buffer]);
  }

  #receive(message: FromPlayer): void {
    if (message.type === "cut") {
      // What was handed to the device is heard, now or in a moment.
      for (const [track, samples] of message.played) this.#played(track, samples);
      this.#cuts.get(message.id)?.();
      return;
    }
    const { track, played, buffered, underruns } = message;
    this.#buffered = buffered;
    this.#underruns = underruns;
    this.#options.clock.after(this.#latencyMs, () => this.#played(track, played));
  }

  #played(track: number, samples: number): void {
    this.#book.played(track, this.#toMs(samples));
  }

  #toMs(samples: number): number {
    return samples * 1_000 / this.#options.context.sampleRate;
  }

  #post(message: ToPlayer, transfer: Transferable[] = []): void {
    this.#node.port.postMessage(message, transfer);
  }
}
