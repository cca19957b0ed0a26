import type { CancelTimer } from "../../../src/lib/clock.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";

/** A fake clock that gives long chains of promises the time to come to their end. */
export class DeepClock extends FakeClock {
  readonly #due = new Set<number>();
  readonly #rounds: number;

  /** @param rounds of settling; with 12 whole sentences are spoken without time passing. */
  constructor(rounds = 12) {
    super();
    this.#rounds = rounds;
  }

  override after(ms: number, callback: () => void): CancelTimer {
    this.#due.add(this.now() + Math.max(0, ms));
    return super.after(ms, callback);
  }

  override async advanceAsync(ms: number): Promise<void> {
    const target = this.now() + ms;
    await this.#settle();
    for (let at = this.#next(target); at !== undefined; at = this.#next(target)) {
      this.#due.delete(at);
      this.advance(at - this.now());
      await this.#settle();
    }
    this.advance(target - this.now());
    await this.#settle();
  }

  async #settle(): Promise<void> {
    for (let round = 0; round < this.#rounds; round++) await settle();
  }

  #next(until: number): number | undefined {
    let next: number | undefined;
    for (const at of this.#due) if (at <= until && (next === undefined || at < next)) next = at;
    return next;
  }
}
