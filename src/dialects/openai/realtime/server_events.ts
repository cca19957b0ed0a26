/**
 * Events as a connection's client gets them.
 *
 * @module
 */

import { toBeta } from "./beta.ts";
import type { ServerEvent } from "./resources.ts";

/** Gives events their ids, and the form that the client knows. */
export class ServerEvents {
  readonly #isBeta: boolean;
  #count = 0;

  /** Clients of the beta know other names. */
  constructor({ isBeta }: { readonly isBeta: boolean }) {
    this.#isBeta = isBeta;
  }

  /** The messages that tell some events. */
  encode(events: readonly ServerEvent[]): string[] {
    const known = this.#isBeta ? events.flatMap((event) => toBeta(event)) : events;
    return known.map((event) => JSON.stringify({ event_id: `event_${++this.#count}`, ...event }));
  }
}
