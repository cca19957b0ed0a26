/**
 * Reading what Realtime's clients send.
 *
 * @module
 */

import {
  bad,
  isObject,
  type Message,
  readChoice,
  readNumber,
  readObject,
  readString,
  required,
  within,
} from "../../fields.ts";
import { WrittenItem } from "./conversation.ts";
import { newId, type PartResource } from "./resources.ts";

/** Characters of an item's id at the most; OpenAI's own have 26. */
const MAX_ID = 64;

/** Parts of an item, and items of a response's input, at the most. */
const MAX_PARTS = 256;

/** What metadata may have (the SDK's `RealtimeResponseCreateParams`). */
const METADATA = { pairs: 16, keyCharacters: 64, valueCharacters: 512 };

/** What can be spoken. */
const TEXT_PARTS = ["input_text", "text", "output_text"];

/** What a `response.create` asks for, beside how it is to sound. */
export interface ResponseOrder {
  /** What is to be spoken in place of the conversation's text: messages, and ids of such. */
  readonly input: readonly (WrittenItem | string)[] | undefined;
  /** Whether the response becomes part of the conversation. */
  readonly inConversation: boolean;
  /** Given back as it came. */
  readonly metadata: Message | null;
}

/** What a `conversation.item.truncate` tells. */
export interface Truncation {
  readonly itemId: string;
  /** How much was heard, in ms of the item's audio. */
  readonly audioEndMs: number;
}

/** Reads the `item` of a `conversation.item.create`. */
export function readCreatedItem(message: Message): WrittenItem {
  const item = required(readObject(message, "item"), "item");
  return within("item", () => readItem(item));
}

/** Reads the `item_id` that a message is about. */
export function readItemId(message: Message): string {
  return required(readString(message, "item_id"), "item_id");
}

/** Reads a `conversation.item.truncate`. */
export function readTruncation(message: Message): Truncation {
  required(readChoice(message, "content_index", [0]), "content_index");
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  return {
    itemId: readItemId(message),
    audioEndMs: required(readNumber(message, "audio_end_ms", range), "audio_end_ms"),
  };
}

/** Reads the `response` of a `response.create`. */
export function readResponseOrder(response: Message): ResponseOrder {
  return {
    input: readInput(response.input),
    inConversation: readString(response, "conversation") !== "none",
    metadata: readMetadata(response),
  };
}

function readMetadata(response: Message): Message | null {
  const metadata = readObject(response, "metadata");
  if (metadata === undefined) return null;
  const keys = Object.keys(metadata);
  if (keys.length > METADATA.pairs) throw bad("metadata", `may have ${METADATA.pairs} pairs`);
  if (keys.some((key) => key.length > METADATA.keyCharacters)) {
    throw bad("metadata", `may have keys of ${METADATA.keyCharacters} characters`);
  }
  within("metadata", () => {
    for (const key of keys) readString(metadata, key, METADATA.valueCharacters);
  });
  return metadata;
}

function readInput(input: unknown): ResponseOrder["input"] {
  if (input === undefined || input === null) return undefined;
  const items = readList(input, "input");
  return within(
    "input",
    () =>
      items.map((item) =>
        item.type === "item_reference" ? required(readString(item, "id"), "id") : readItem(item)
      ),
  );
}

function readItem(item: Message): WrittenItem {
  required(readChoice(item, "type", ["message"]), "type");
  const role = readChoice(item, "role", ["user", "assistant", "system"]);
  const content = readList(item.content, "content");
  return new WrittenItem({
    id: readString(item, "id", MAX_ID) ?? newId("item"),
    role: required(role, "role"),
    content: within("content", () => content.map(readPart)),
  });
}

function readPart(part: Message): PartResource {
  const type = required(readChoice(part, "type", TEXT_PARTS), "type");
  return { type, text: required(readString(part, "text"), "text") };
}

function readList(value: unknown, field: string): readonly Message[] {
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw bad(field, "must be a list of objects");
  }
  if (value.length <= MAX_PARTS) return value;
  throw bad(field, `may have ${MAX_PARTS} entries; it has ${value.length}`);
}
