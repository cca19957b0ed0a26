/**
 * A binary min-heap whose items can be moved and removed in O(log n).
 *
 * @module
 */

/** Set by the heap on the items it holds: the item's place, or -1 when it is in no heap. */
export interface HeapItem {
  heapIndex: number;
}

/** Keeps the least item, by the given order, on top. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The least item, still inside. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Whether the item is inside. */
  has(item: T): boolean {
    return this.#items[item.heapIndex] === item;
  }

  /** Adds an item, or finds its new place when its order has changed. */
  put(item: T): void {
    if (item.heapIndex < 0) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
    }
    this.#sink(this.#rise(item.heapIndex));
  }

  /** Takes an item out; one that is not inside changes nothing. */
  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.#items.pop()!;
    if (last === item) return;
    this.#place(last, index);
    this.#sink(this.#rise(index));
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #rise(index: number): number {
    const item = this.#items[index]!;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex]!;
      if (!this.#isBefore(item, parent)) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(item, index);
    return index;
  }

  #sink(index: number): void {
    const items = this.#items;
    const item = items[index]!;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= items.length) break;
      const right = items[childIndex + 1];
      if (right !== undefined && this.#isBefore(right, items[childIndex]!)) childIndex++;
      const child = items[childIndex]!;
      if (!this.#isBefore(child, item)) break;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(item, index);
  }
}
