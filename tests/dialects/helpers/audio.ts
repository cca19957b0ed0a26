/**
 * What a dialect's audio is compared with, and what must be left when its client has gone.
 */

import { assertEquals } from "@std/assert";
import { type TestServer, until } from "../../helpers/server.ts";

/** The audio of a text through our own protocol, at the voice's own rate, as samples. */
export async function nativeAudio(
  server: TestServer,
  text: string,
): Promise<Int16Array<ArrayBuffer>> {
  return new Int16Array((await nativeBytes(server, text)).buffer);
}

/** The audio of a text through our own protocol, as it was sent; `query` begins with `&`. */
export async function nativeBytes(
  server: TestServer,
  text: string,
  query = "",
): Promise<Uint8Array<ArrayBuffer>> {
  const client = await server.connect(`?lead_ms=unpaced${query}`);
  client.send({ type: "text", text, final: true });
  await client.next("utterance_ended");
  const parts = client.of("audio") as unknown as Uint8Array<ArrayBuffer>[];
  const bytes = await new Blob(parts).arrayBuffer();
  client.close();
  return new Uint8Array(bytes);
}

/** Longest wait for it, in ms: a handshake that its client did not wait for is held for ten seconds. */
const EMPTY_MS = 20_000;

/** Fails unless nothing of any client is left: sessions, queued sentences, open syntheses. */
export async function assertNothingLeft(server: TestServer): Promise<void> {
  const figures = () => {
    const { sessions, connections, queued, busyWorkers, pacing } = server.server.stats;
    return { sessions, connections, queued, busyWorkers, pacing };
  };
  const nothing = { sessions: 0, connections: 0, queued: 0, busyWorkers: 0, pacing: 0 };
  const isEmpty = () => Object.values(figures()).every((figure) => figure === 0);
  await until(isEmpty, "nothing to be left", EMPTY_MS).catch(() => {});
  assertEquals(figures(), nothing);
}
