import { assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { Heap, type HeapItem } from "../../src/lib/heap.ts";

interface Item extends HeapItem {
  order: number;
  readonly id: number;
}

const byOrder = (a: Item, b: Item) => a.order < b.order || (a.order === b.order && a.id < b.id);

Deno.test("a heap gives what a sorted list gives, whatever is put, moved and removed", () => {
  const action = fc.record({
    kind: fc.constantFrom("put", "move", "remove", "take"),
    which: fc.nat(19),
    order: fc.nat(9),
  });
  fc.assert(fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
    const items: Item[] = Array.from({ length: 20 }, (_, id) => ({ id, order: 0, heapIndex: -1 }));
    const heap = new Heap<Item>(byOrder);
    const model = new Set<Item>();
    const least = () => [...model].sort((a, b) => byOrder(a, b) ? -1 : 1)[0];
    for (const { kind, which, order } of actions) {
      const item = kind === "take" ? least() : items[which]!;
      if (item === undefined) continue;
      if (kind === "put" || (kind === "move" && model.has(item))) {
        item.order = order;
        heap.put(item);
        model.add(item);
      } else if (kind !== "move") {
        heap.remove(item);
        model.delete(item);
      }
      assertEquals(heap.peek()?.id, least()?.id);
      assertEquals(heap.size, model.size);
      for (const other of items) assertEquals(heap.has(other), model.has(other));
    }
  }));
});
