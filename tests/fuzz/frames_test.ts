/**
 * Whatever bytes come over whatever protocol, the server lives, serves the others, and nothing is left.
 * `deno task fuzz` sends a million frames; `FUZZ_SEED` gives others.
 */

import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { TestServer } from "../helpers/server.ts";
import { assertNothingLeft } from "../dialects/helpers/audio.ts";
import { sendRubbish } from "./clients.ts";
import { Random } from "./random.ts";

const CASES = Number(Deno.env.get("FUZZ_CASES") ?? 20_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 20_261_125);

/** Clients at the same time. */
const CLIENTS = 16;

/** Frames between two looks at whether all is well. */
const ROUND = 5_000;

Deno.test(`${CASES} frames that are wrong or odd, on every protocol, harm nobody`, async () => {
  await using server = new TestServer({
    script: steadyScript({ audioMs: 200 }),
    config: { maxSessions: 100, dialectLeadMs: 200 },
  });
  const random = new Random(SEED);
  const { port } = server.server.address;
  let left = CASES;
  while (left > 0) {
    let round = Math.min(ROUND, left);
    left -= round;
    const client = async () => {
      while (round > 0) {
        const sent = await sendRubbish(port, random, round);
        // Read after the wait: the others have counted theirs meanwhile.
        round -= sent;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await assertNothingLeft(server);
    await assertServes(server);
    server.facts.length = 0;
  }
});

/** A client that behaves is served whole, as if nothing had been. */
async function assertServes(server: TestServer): Promise<void> {
  const client = await server.connect("?lead_ms=unpaced");
  client.send({ type: "text", text: "One. Two.", final: true });
  const ended = await client.next("utterance_ended");
  assertEquals([ended.outcome, ended.duration_ms], ["completed", 400]);
  assert(client.audioBytes > 0);
  client.close();
  await client.closed;
  const refusals = server.facts.filter((fact) =>
    fact.type === "refused" && fact.code === "internal"
  );
  assertEquals(refusals, []);
}
