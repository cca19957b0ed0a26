/**
 * Clients that ask for as much as one may, in the shortest sentences and the widest audio, as fast as can
 * be, and read nothing but the answer to their handshake.
 *
 * Arguments: the port, how many they are, and whether each asks as soon as it is in (`each`) or all at
 * once when all are (`together`). Prints one line of JSON, {@linkcode Come}, when all have asked, and
 * stays until it is killed.
 *
 * @module
 */

import { clientFrame, upgradeRequest } from "../helpers/raw_client.ts";

/** What became of them. */
export interface Come {
  readonly accepted: number;
  /** By status. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Clients that come at the same time. */
const AT_ONCE = 50;

const PATH = "/v1/session?lead_ms=unpaced&sample_rate=48000";

/** Nearly all the characters that may wait, in messages of nearly the greatest length. */
const ASK = repeated(clientFrame({ type: "text", text: "Ab. ".repeat(2_400) }), 10);

const [port, count, when] = [Number(Deno.args[0]), Number(Deno.args[1]), Deno.args[2]];
const accepted: Deno.TcpConn[] = [];
const refused: Record<string, number> = {};

for (let come = 0; come < count; come += AT_ONCE) {
  const group = Math.min(AT_ONCE, count - come);
  await Promise.all(Array.from({ length: group }, enter));
}
if (when === "together") await Promise.all(accepted.map(ask));
const result: Come = { accepted: accepted.length, refused };
console.log(JSON.stringify(result));
// Whoever started it ends it; the connections stay open for as long.
setInterval(() => accepted.length, 60_000);

async function enter(): Promise<void> {
  const connection = await Deno.connect({ port });
  await connection.write(upgradeRequest(`127.0.0.1:${port}`, PATH));
  const answer = new Uint8Array(16);
  const length = await connection.read(answer) ?? 0;
  const status = new TextDecoder().decode(answer.subarray(9, Math.min(12, length)));
  if (status === "101") {
    accepted.push(connection);
    if (when === "each") await ask(connection);
    return;
  }
  refused[status] = (refused[status] ?? 0) + 1;
  connection.close();
}

/** The server may have ended the session meanwhile. */
async function ask(connection: Deno.TcpConn): Promise<void> {
  await connection.write(ASK).catch(() => {});
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let time = 0; time < times; time++) all.set(bytes, time * bytes.length);
  return all;
}
