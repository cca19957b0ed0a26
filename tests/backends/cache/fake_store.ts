import type { Store } from "../../../src/backends/cache/store.ts";

/** `silent`: it is connected and does not answer; `failing`: it answers with errors. */
export type StoreState = "well" | "down" | "silent" | "failing";

/** A store in memory that can be told to be unwell. */
export class FakeStore implements Store {
  readonly values = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly ttls = new Map<string, number>();
  onChange: (trouble?: string) => void = () => {};
  /** Questions of all kinds so far. */
  asked = 0;
  isClosed = false;
  #state: StoreState = "well";

  get isReady(): boolean {
    return this.#state !== "down" && !this.isClosed;
  }

  /** Tells of a lost connection as often as a client does that tries again and again. */
  become(state: StoreState): void {
    this.#state = state;
    if (state === "down") {
      for (let time = 0; time < 3; time++) {
        this.onChange("connection refused");
      }
    } else this.onChange();
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#answer(() => this.values.get(key));
  }

  set(key: string, value: Uint8Array<ArrayBuffer>, ttlS: number): Promise<void> {
    return this.#answer(() => {
      this.values.set(key, value);
      this.ttls.set(key, ttlS);
    });
  }

  ping(): Promise<void> {
    return this.#answer(() => {});
  }

  close(): void {
    this.isClosed = true;
  }

  #answer<T>(value: () => T): Promise<T> {
    this.asked++;
    if (this.#state === "silent") return new Promise(() => {});
    if (this.#state === "well") return Promise.resolve(value());
    return Promise.reject(new Error("the store is not well"));
  }
}
