/**
 * A server, and so many clients that ask for audio and never read it, in a process whose memory is
 * nobody else's: `never_read_script.ts CLIENTS MAX_GROWTH_MIB` prints what came of it as JSON.
 */

import { steadyScript } from "../../src/backends/scripted.ts";
import { clientFrame, upgradeRequest } from "../helpers/raw_client.ts";
import { TestServer, until } from "../helpers/server.ts";

const [CLIENTS, MAX_GROWTH] = Deno.args.map(Number) as [number, number];

/** Clients that come at the same time. */
const AT_ONCE = 50;

/** Comes, asks for ten minutes of audio as fast as can be, and reads nothing but the first answer. */
async function ask(server: TestServer): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ port: server.server.address.port });
  await connection.write(
    upgradeRequest(server.host, "/v1/session?lead_ms=unpaced"),
  );
  await connection.read(new Uint8Array(1_024));
  const ask = clientFrame({ type: "text", text: "A sentence. ".repeat(60), final: true });
  await connection.write(ask).catch(() => {});
  return connection;
}

await using server = new TestServer({
  script: steadyScript({ audioMs: 2_000 }),
  config: {
    maxSessions: 10_000,
    maxSessionsPerAddress: 10_000,
    maxMemoryMb: (Deno.memoryUsage().rss >> 20) + MAX_GROWTH,
    maxBlockedMs: 2_000,
    pingTimeoutS: 2,
  },
});
const before = Deno.memoryUsage().rss;
let peak = before;
const watch = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), 50);
const connections: Deno.TcpConn[] = [];
try {
  for (let count = 0; count < CLIENTS; count += AT_ONCE) {
    connections.push(...await Promise.all(Array.from({ length: AT_ONCE }, () => ask(server))));
  }
  const stats = () => server.server.stats;
  await until(() => stats().sessions === 0, "all sessions to be ended", 120_000);
  await until(() => stats().connections === 0, "all connections to be closed", 120_000);
} finally {
  clearInterval(watch);
  for (const connection of connections) connection.close();
}
const begun = server.facts.filter(({ type }) => type === "session_started").length;
const ended = server.facts.filter(({ type }) => type === "session_ended").length;
console.log(JSON.stringify({ begun, ended, grownMib: (peak - before) >> 20 }));
