/** What comes over a WebSocket of Cartesia's, by context. */

import { fromBytes } from "../../../src/lib/pcm/bytes.ts";
import { until } from "../../helpers/server.ts";
import type { WsClient } from "../../helpers/ws_client.ts";

// deno-lint-ignore no-explicit-any
type Message = Record<string, any>;

/** All messages of a context so far. */
export function messagesOf(client: WsClient, contextId: string): Message[] {
  return client.received.filter((message): message is Message =>
    !(message instanceof Uint8Array) && message.context_id === contextId
  );
}

/** The bytes of all its chunks so far. */
export function bytesOf(client: WsClient, contextId: string): Uint8Array<ArrayBuffer> {
  const chunks = messagesOf(client, contextId).filter(({ type }) => type === "chunk");
  const parts = chunks.map(({ data }) => Uint8Array.fromBase64(data));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Its samples so far, if they are of 16 bits. */
export function samplesOf(client: WsClient, contextId: string): Int16Array<ArrayBuffer> {
  return fromBytes(bytesOf(client, contextId));
}

/** The types of its messages so far, without repetitions. */
export function typesOf(client: WsClient, contextId: string): string[] {
  const types = messagesOf(client, contextId).map(({ type }) => type as string);
  return types.filter((type, index) => type !== types[index - 1]);
}

/** Waits for the end of a context; gives its last message. */
export async function endOf(client: WsClient, contextId: string): Promise<Message> {
  const last = () => messagesOf(client, contextId).find(({ done }) => done);
  await until(() => last() !== undefined, `the end of context ${contextId}`);
  return last()!;
}
