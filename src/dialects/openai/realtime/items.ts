/**
 * What clients do with the items of a conversation.
 *
 * @module
 */

import { type Message, readString } from "../../fields.ts";
import { readCreatedItem, readItemId } from "./client_events.ts";
import { type Conversation, type ConversationItem, joinTexts, MAX_UNSAID } from "./conversation.ts";
import { CannotDo, type Step } from "./steps.ts";

/** Adds an item; up to `maxCharacters` of text may wait to be spoken. */
export function createItem(
  conversation: Conversation,
  message: Message,
  maxCharacters: number,
): Step[] {
  const item = readCreatedItem(message);
  const after = readString(message, "previous_item_id");
  checkPlace(conversation, item, after);
  checkRoom(conversation, item, maxCharacters);
  const news = {
    previous_item_id: conversation.addUnsaid(item, after),
    item: item.itemResource,
  };
  // The SDK's types promise the first; OpenAI's servers tell the other two.
  const types = ["created", "added", "done"].map((what) => `conversation.item.${what}`);
  return [{ tell: types.map((type) => ({ type, ...news })) }];
}

/** Shows an item. */
export function retrieveItem(conversation: Conversation, message: Message): Step[] {
  const { itemResource: item } = demandItem(conversation, readItemId(message), "retriev");
  return [{ tell: [{ type: "conversation.item.retrieved", item }] }];
}

/** Takes an item out; one that was not spoken yet will not be. */
export function deleteItem(conversation: Conversation, message: Message): Step[] {
  const item = demandItem(conversation, readItemId(message), "delet");
  conversation.delete(item);
  return [{ tell: [{ type: "conversation.item.deleted", item_id: item.itemId }] }];
}

/** The item of that id; `verb` is without its ending. */
export function demandItem(
  conversation: Conversation,
  itemId: string,
  verb: "retriev" | "delet" | "truncat",
): ConversationItem {
  const item = conversation.find(itemId);
  if (item !== undefined) return item;
  throw new CannotDo(
    `item_${verb}e_invalid_item_id`,
    `Error ${verb}ing item: the item with id '${itemId}' does not exist.`,
    "item_id",
  );
}

function checkPlace(
  conversation: Conversation,
  { itemId }: ConversationItem,
  after: string | undefined,
): void {
  if (conversation.find(itemId) !== undefined) {
    throw new CannotDo("invalid_value", `there is an item with id '${itemId}' already`, "item.id");
  }
  if (after === undefined || after === "root" || conversation.find(after) !== undefined) return;
  throw new CannotDo("invalid_value", `there is no item with id '${after}'`, "previous_item_id");
}

function checkRoom(
  conversation: Conversation,
  item: ConversationItem,
  maxCharacters: number,
): void {
  const unsaid = [...conversation.unsaid, item];
  if (unsaid.length > MAX_UNSAID) {
    const message = `${MAX_UNSAID} items wait to be spoken; send response.create`;
    throw new CannotDo("invalid_value", message, "item");
  }
  const { length } = joinTexts(unsaid.map(({ text }) => text));
  if (length <= maxCharacters) return;
  throw new CannotDo(
    "string_above_max_length",
    `${length} characters would wait to be spoken; a response takes ${maxCharacters}`,
    "item.content",
  );
}
