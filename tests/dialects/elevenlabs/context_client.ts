/** What comes over a WebSocket of ElevenLabs', by context. */

import { fromBytes } from "../../../src/lib/pcm/bytes.ts";
import { until } from "../../helpers/server.ts";
import type { WsClient } from "../../helpers/ws_client.ts";

// deno-lint-ignore no-explicit-any
type Message = Record<string, any>;

/** The fields of an alignment. */
interface WireAlignment {
  readonly chars: readonly string[];
  readonly charStartTimesMs: readonly number[];
  readonly charDurationsMs: readonly number[];
}

/** All messages of a context so far; without a name those that name none. */
export function messagesOf(client: WsClient, contextId?: string): Message[] {
  return client.received.filter((message): message is Message =>
    !(message instanceof Uint8Array) && message.contextId === contextId
  );
}

/** All its bytes of audio so far. */
export function bytesOf(client: WsClient, contextId?: string): Uint8Array<ArrayBuffer> {
  const parts = messagesOf(client, contextId).map(({ audio }) =>
    Uint8Array.fromBase64(audio ?? "")
  );
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Its samples so far, if they are of 16 bits. */
export function samplesOf(client: WsClient, contextId?: string): Int16Array<ArrayBuffer> {
  return fromBytes(bytesOf(client, contextId));
}

/** Its alignments so far. */
export function alignmentsOf(
  client: WsClient,
  contextId?: string,
  field = "alignment",
): WireAlignment[] {
  return messagesOf(client, contextId).map((message) => message[field]).filter((one) => one);
}

/** Their characters. */
export function charsOf(client: WsClient, contextId?: string, field?: string): string {
  return alignmentsOf(client, contextId, field).flatMap(({ chars }) => chars).join("");
}

/** Waits for a context's last message, or an error. */
export async function endOf(client: WsClient, contextId?: string): Promise<Message> {
  const last = () => messagesOf(client, contextId).find(({ isFinal, error }) => isFinal || error);
  await until(() => last() !== undefined, `the end of context ${contextId}`);
  return last()!;
}

/** Waits for the first audio of a context. */
export async function audioOf(client: WsClient, contextId?: string): Promise<void> {
  await until(() => bytesOf(client, contextId).length > 0, `audio of context ${contextId}`);
}
