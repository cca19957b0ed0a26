/**
 * What a server of the crowd's parts tells of itself: a line of JSON for each line that it is asked.
 *
 * @module
 */

import { cpuUsage } from "node:process";

/** A server's figures since its start. */
export interface ServerFigures {
  /** CPU time of all its threads, ms. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Audio that was synthesised and neither sent nor dropped, ms, of all sessions. */
  readonly heldMs: number;
  /** Listeners that ran dry inside an utterance. */
  readonly underruns: number;
}

/** Says where it listens, answers until nobody asks any more, and ends the process. */
export async function answer(
  port: number,
  own: () => Pick<ServerFigures, "heldMs" | "underruns">,
): Promise<never> {
  console.log(port);
  for await (const _ of Deno.stdin.readable) {
    const { user, system } = cpuUsage();
    const { rss: rssBytes } = Deno.memoryUsage();
    const figures: ServerFigures = { ...own(), cpuMs: (user + system) / 1_000, rssBytes };
    console.log(JSON.stringify(figures));
  }
  Deno.exit();
}
