/**
 * The audio thread's end of the player.
 *
 * @module
 */

import { type FromPlayer, type PlayerOptions, PROCESSOR, type ToPlayer } from "./messages.ts";
import { SamplePlayer } from "./sample_player.ts";

/** What the audio thread's global scope has; no library of TypeScript declares it. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  constructor: new (options: { readonly processorOptions: PlayerOptions }) => AudioWorkletProcessor,
): void;

/** Samples between two reports of the position: some 20 ms. */
const REPORT_SAMPLES = 1_024;

class PlayerProcessor extends AudioWorkletProcessor {
  readonly #player: SamplePlayer;
  #unreported = 0;
  #isClosed = false;

  constructor({ processorOptions }: { readonly processorOptions: PlayerOptions }) {
    super();
    this.#player = new SamplePlayer(processorOptions, (position) => {
      this.#tell({ type: "position", ...position });
    });
    this.port.onmessage = ({ data }: MessageEvent<ToPlayer>) => this.#receive(data);
  }

  /** Called by the browser for every 128 samples; false: never again. */
  process(_inputs: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    const [first, ...others] = output!;
    this.#player.render(first!);
    for (const channel of others) channel.set(first!);
    this.#unreported += first!.length;
    if (this.#player.isPlaying && this.#unreported >= REPORT_SAMPLES) {
      this.#unreported = 0;
      this.#tellPosition();
    }
    return !this.#isClosed;
  }

  #receive(message: ToPlayer): void {
    const player = this.#player;
    switch (message.type) {
      case "write":
        return player.write(message.track, message.samples);
      case "complete":
        return player.complete(message.track);
      case "cut": {
        const played = player.cut(message.tracks, message.from);
        this.#tell({ type: "cut", id: message.id, played });
        return this.#tellPosition();
      }
      case "pause":
        player.pause();
        return this.#tellPosition();
      case "resume":
        return player.resume();
      case "close":
        this.#isClosed = true;
    }
  }

  #tellPosition(): void {
    this.#tell({ type: "position", ...this.#player.position });
  }

  #tell(message: FromPlayer): void {
    this.port.postMessage(message);
  }
}

registerProcessor(PROCESSOR, PlayerProcessor);
