/**
 * As much of the Web Audio API as is used here, so that neither the library nor a program that
 * imports it needs the types of a browser. A browser's own objects fit.
 *
 * @module
 */

/** An `AudioNode`, such as an analyser or a gain. */
export interface AudioNodeLike {
  readonly numberOfInputs: number;
  // deno-lint-ignore no-explicit-any -- a browser's nodes take only its own
  connect(destination: any): unknown;
  disconnect(): void;
}

/** An `AudioContext`. */
export interface AudioContextLike {
  /** Hz. */
  readonly sampleRate: number;
  readonly state: string;
  readonly destination: AudioNodeLike;
  /** Time from the context to the ear, in s. */
  readonly outputLatency?: number;
  readonly audioWorklet: { addModule(url: string): Promise<void> };
  resume(): Promise<void>;
  close(): Promise<void>;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}
