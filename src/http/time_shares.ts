/**
 * How much of the server's one thread the messages of each tenant take. Sessions have limits of their
 * own, but hundreds of sessions of one key, each within them, can keep the thread from everybody else.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import { TokenBucket } from "../lib/token_bucket.ts";
import type { Visitor } from "./gate.ts";

/** Time of each second that one tenant's messages may take, in ms. */
const MS_PER_SECOND = 500;

/**
 * Time that they may take at once, in ms: others wait for so long, which is less than the usual
 * lead; a server that has just been started takes some tens of ms for a first text.
 */
const BURST_MS = 150;

/** Why a tenant that has used up its time is refused. */
export const TIME_IS_UP = "the messages of this key take too much of the server's time";

/** Keeps account of time, in ms, by tenant: as many accounts as tenants have been there. */
export class TimeShares {
  readonly #clock: Pick<Clock, "now">;
  readonly #isShared: () => boolean;
  readonly #accounts = new Map<string, TokenBucket>();

  /** @param isShared whether there are several tenants: one alone may take all the time there is. */
  constructor(clock: Pick<Clock, "now">, isShared: () => boolean) {
    this.#clock = clock;
    this.#isShared = isShared;
  }

  /** In how many ms a tenant's messages are taken again; undefined: now. */
  waitMs(visitor: Pick<Visitor, "id"> | undefined): number | undefined {
    return this.#isShared() ? this.#accounts.get(idOf(visitor))?.waitMs() : undefined;
  }

  /** Does what a tenant's message asks for, and notes the time that it took. */
  measure(visitor: Pick<Visitor, "id"> | undefined, work: () => void): void {
    if (!this.#isShared()) return work();
    const begun = this.#clock.now();
    try {
      work();
    } finally {
      this.#accountOf(idOf(visitor)).spend(this.#clock.now() - begun);
    }
  }

  #accountOf(id: string): TokenBucket {
    let account = this.#accounts.get(id);
    if (account === undefined) {
      const clock = this.#clock;
      account = new TokenBucket({ clock, capacity: BURST_MS, perSecond: MS_PER_SECOND });
      this.#accounts.set(id, account);
    }
    return account;
  }
}

/** Who has shown no key shares an account with others like that. */
function idOf(visitor: Pick<Visitor, "id"> | undefined): string {
  return visitor?.id ?? "";
}
