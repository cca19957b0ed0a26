/**
 * Whether an audio context can be heard: autoplay policies, lost devices, interruptions.
 *
 * @module
 */

import type { AudioState } from "./api.ts";
import type { AudioContextLike } from "./web_audio.ts";

/** As much of `navigator.mediaDevices` as is used here. */
interface MediaDevicesLike {
  enumerateDevices(): Promise<readonly { readonly kind: string }[]>;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** Watches one context. */
export class AudioDevice {
  readonly #context: AudioContextLike;
  readonly #devices: MediaDevicesLike | undefined;
  readonly #onState: (state: AudioState) => void;
  readonly #onContext = () => this.#update();
  readonly #onDevices = () => void this.#countOutputs();
  /** Devices to play on; a browser that does not tell counts none, and nothing is made of that. */
  #outputs = 0;
  #hasLostOutputs = false;
  #state: AudioState;

  constructor(
    context: AudioContextLike,
    onState: (state: AudioState) => void,
    devices = (globalThis as { navigator?: { mediaDevices?: MediaDevicesLike } }).navigator
      ?.mediaDevices,
  ) {
    this.#context = context;
    this.#devices = devices;
    this.#onState = onState;
    this.#state = this.#currentState();
    context.addEventListener("statechange", this.#onContext);
    devices?.addEventListener("devicechange", this.#onDevices);
    void this.#countOutputs();
  }

  get state(): AudioState {
    return this.#state;
  }

  /** Asks the browser to let the context run; it may need a gesture. */
  async unlock(): Promise<void> {
    await this.#context.resume();
    this.#update();
  }

  /** Watches no more. */
  close(): void {
    this.#context.removeEventListener("statechange", this.#onContext);
    this.#devices?.removeEventListener("devicechange", this.#onDevices);
  }

  #update(): void {
    const state = this.#currentState();
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }

  #currentState(): AudioState {
    switch (this.#context.state) {
      case "running":
        return this.#hasLostOutputs ? "lost" : "running";
      case "suspended":
        return "blocked";
      case "closed":
        return "closed";
      default: // "interrupted": a phone call, or another program that takes the device
        return "lost";
    }
  }

  async #countOutputs(): Promise<void> {
    const devices = await this.#devices?.enumerateDevices().catch(() => undefined);
    const outputs = devices?.filter(({ kind }) => kind === "audiooutput").length ?? 0;
    if (outputs > 0) this.#hasLostOutputs = false;
    else if (this.#outputs > 0) this.#hasLostOutputs = true;
    this.#outputs = outputs;
    this.#update();
  }
}
