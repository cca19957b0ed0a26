/**
 * Finding a connection again after one was lost.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Link } from "./link.ts";
import type { ReconnectOptions } from "./options.ts";
import { Pause } from "./pause.ts";

/** How it is tried. */
export interface SearchOptions extends ReconnectOptions {
  /** 0 to 1, without 1. @default {Math.random} */
  readonly random?: () => number;
}

/** Options of {@linkcode Connector}. */
export interface ConnectorOptions extends SearchOptions {
  readonly clock: Clock;
  /** One attempt. */
  readonly dial: () => Promise<Link>;
  readonly onLink: (link: Link) => void;
  /** There were as many attempts as there may be; with the last one's error. */
  readonly onGiveUp: (error: unknown) => void;
}

/** Tries until it finds one or gives up. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #pause: Pause;
  /** Attempts since a connection was of use. */
  #attempts = 0;
  #isRunning = false;
  #isStopped = false;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock);
  }

  /** Looks for a connection, unless it does already. */
  start(): void {
    if (!this.#isRunning) void this.#run();
  }

  /** A connection was of use: the next search begins with short pauses. */
  reset(): void {
    this.#attempts = 0;
  }

  /** Does not try any more. */
  stop(): void {
    this.#isStopped = true;
    this.#pause.end();
  }

  async #run(): Promise<void> {
    const { dial, onLink, onGiveUp, attempts = 20, random = Math.random } = this.#options;
    this.#isRunning = true;
    let problem: unknown;
    let link: Link | undefined;
    while (link === undefined && this.#attempts < attempts) {
      await this.#pause.wait(random() * maxPauseMs(this.#attempts++, this.#options));
      if (this.#isStopped) return;
      try {
        link = await dial();
      } catch (error) {
        problem = error;
      }
    }
    this.#isRunning = false;
    if (this.#isStopped) link?.close();
    else if (link !== undefined) onLink(link);
    else onGiveUp(problem);
  }
}

/** Longest pause before attempt `attempt`, counted from 0. */
export function maxPauseMs(attempt: number, options: ReconnectOptions): number {
  const { initialMs = 200, maxMs = 5_000 } = options;
  return Math.min(maxMs, initialMs * 2 ** attempt);
}
