/**
 * The port to a store that several servers share.
 *
 * @module
 */

/** Bytes by key, somewhere else. It connects, and connects again, by itself. */
export interface Store {
  /** Whether it is connected. */
  readonly isReady: boolean;
  /** Called whenever `isReady` is another one, with what went wrong if it is known. */
  onChange: (trouble?: string) => void;
  /** The value; undefined if there is none. May take for ever. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps the value for `ttlS` seconds. May take for ever. */
  set(key: string, value: Uint8Array<ArrayBuffer>, ttlS: number): Promise<void>;
  /** Resolves if it answers. May take for ever. */
  ping(): Promise<void>;
  /** Ends the connection at once; what is still asked for fails. */
  close(): void;
}
