/**
 * Clients that ask for audio and never read it: what waits for them is bounded, whatever their number,
 * and none of them keeps its place. `NEVER_READ=5000 deno test -A tests/e2e/never_read_test.ts` takes five
 * thousand, on a server with all limits as they are by default but for those of numbers of clients.
 */

import { assert, assertEquals } from "@std/assert";
import { LonelyServer } from "./never_read_process.ts";

const CLIENTS = Number(Deno.env.get("NEVER_READ") ?? 300);

/** The server's limit of memory, in MiB: few clients come up against a lower one. */
const MAX_MEMORY_MB = CLIENTS >= 5_000 ? 2_048 : 1_024;

/** Time for which a client that does not read is waited for, in ms; in the suite not as long. */
const MAX_BLOCKED_MS = CLIENTS >= 5_000 ? 10_000 : 2_000;

/** Longest wait until nothing is left of anyone, in ms. The kernel's own buffers have to fill first. */
const EMPTY_MS = 180_000;

for (const when of ["each", "together"] as const) {
  const how = when === "each" ? "as soon as each is in" : "at the same moment";
  Deno.test(`${CLIENTS} clients that ask ${how} and never read do not take more memory than is allowed`, async () => {
    await using server = await LonelyServer.start({
      workers: 8,
      maxSessions: 10_000,
      maxSessionsPerAddress: 10_000,
      maxMemoryMb: MAX_MEMORY_MB,
      maxBlockedMs: MAX_BLOCKED_MS,
    });
    const { come, clients } = await server.visit(CLIENTS, when);
    await using _clients = clients;
    const refusals = Object.entries(come.refused);
    assertEquals(refusals.map(([status]) => status), refusals.length > 0 ? ["503"] : []);
    assert(come.accepted > 0);
    await untilEmpty(server);
    const ended = await endings(server);
    assertEquals(sum(ended), come.accepted);
    // A ping that is not answered may be noticed first.
    assertEquals([...ended.keys()].filter((end) => !["session_limit", "gone"].includes(end)), []);
    const peak = Math.round(await server.peakMib());
    console.log(`${peak} MiB at the most with ${come.accepted} of ${CLIENTS} let in`);
    assert(peak <= MAX_MEMORY_MB, `${peak} MiB for ${come.accepted} sessions`);
  });
}

/** How sessions ended, and how many of each. */
async function endings(server: LonelyServer): Promise<Map<string, number>> {
  const found = [...await server.metrics()].flatMap(([series, value]) => {
    const end = /^sessions_total\{.*close="(\w+)"/.exec(series)?.[1];
    return end === undefined || value === 0 ? [] : [[end, value] as const];
  });
  return new Map(found);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

/** Waits until nothing is under way and nobody is there, although the clients are. */
async function untilEmpty(server: LonelyServer): Promise<void> {
  const deadline = performance.now() + EMPTY_MS;
  for (;;) {
    const series = await server.metrics();
    const left = GAUGES.filter((name) => series.get(name) !== 0);
    if (left.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(left.map((name) => `${name} ${series.get(name)}`).join(", "));
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const GAUGES = [
  "sessions_active",
  "connections_active",
  "synthesis_active",
  "synthesis_queue_depth",
  "send_buffer_bytes",
  "unpaced_sessions_waiting",
];
