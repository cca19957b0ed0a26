/**
 * The messages of a conversation, in their order.
 *
 * @module
 */

import type { ItemResource, Role } from "./resources.ts";

/** A message. */
export interface ConversationItem {
  readonly itemId: string;
  /** Its text, as it is to be spoken. */
  readonly text: string;
  readonly itemResource: ItemResource;
}

/** A message that the client wrote. */
export class WrittenItem implements ConversationItem {
  readonly itemResource: ItemResource;

  constructor({ id, role, content }: {
    readonly id: string;
    readonly role: Role;
    readonly content: ItemResource["content"];
  }) {
    const fixed = { object: "realtime.item", type: "message", status: "completed" } as const;
    this.itemResource = { id, ...fixed, role, content };
  }

  get itemId(): string {
    return this.itemResource.id;
  }

  get text(): string {
    return joinTexts(this.itemResource.content.map((part) => part.text ?? ""));
  }
}

/** Messages that wait to be spoken, at the most. */
export const MAX_UNSAID = 256;

/** Messages that are remembered at the most. */
const MAX_ITEMS = 512;

/** Characters that are remembered at the most. */
const MAX_CHARACTERS = 200_000;

/** Remembers messages: all that are to be spoken, and the latest of the others. */
export class Conversation {
  readonly id: string;
  readonly #items: ConversationItem[] = [];
  readonly #unsaid = new Set<ConversationItem>();

  constructor(id: string) {
    this.id = id;
  }

  find(itemId: string): ConversationItem | undefined {
    return this.#items.find((item) => item.itemId === itemId);
  }

  /** Messages with a text that was not spoken yet, in order. */
  get unsaid(): ConversationItem[] {
    return this.#items.filter((item) => this.#unsaid.has(item));
  }

  /**
   * Adds a message at the end, or after the one of that id, or with `root` at the beginning. Returns
   * the id of the one before it.
   */
  add(item: ConversationItem, after?: string): string | null {
    const index = after === undefined
      ? this.#items.length
      : this.#items.findIndex((other) => other.itemId === after) + 1;
    const previous = this.#items[index - 1]?.itemId ?? null;
    this.#items.splice(index, 0, item);
    this.#forgetOld();
    return previous;
  }

  /** The same for a message that is to be spoken. */
  addUnsaid(item: ConversationItem, after?: string): string | null {
    if (item.text.trim() !== "") this.#unsaid.add(item);
    return this.add(item, after);
  }

  /** These are spoken now. */
  noteSaid(items: readonly ConversationItem[]): void {
    for (const item of items) this.#unsaid.delete(item);
  }

  delete(item: ConversationItem): void {
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#unsaid.delete(item);
  }

  #forgetOld(): void {
    let characters = this.#items.reduce((sum, item) => sum + item.text.length, 0);
    while (this.#items.length > MAX_ITEMS || characters > MAX_CHARACTERS) {
      const oldest = this.#items.find((item) => !this.#unsaid.has(item));
      if (oldest === undefined) return;
      this.delete(oldest);
      characters -= oldest.text.length;
    }
  }
}

/** Texts to be spoken after each other: an empty line keeps their sentences apart. */
export function joinTexts(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}
