import { assertEquals } from "@std/assert";
import type { AddressSource } from "../../../src/backends/fleet.ts";
import { SourceList } from "../../../src/backends/remote/source_list.ts";

/** A source that tells when it is told to, and counts who listens. */
class TestSource implements AddressSource {
  addresses: readonly string[];
  readonly callbacks = new Set<() => void>();

  constructor(...addresses: string[]) {
    this.addresses = addresses;
  }

  current(): readonly string[] {
    return this.addresses;
  }

  onChange(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => void this.callbacks.delete(callback);
  }

  change(...addresses: string[]): void {
    this.addresses = addresses;
    for (const callback of this.callbacks) callback();
  }
}

Deno.test("the addresses of all sources are one list, each once, in the sources' order", () => {
  const list = new SourceList([new TestSource("b", "a"), new TestSource("a", "c")]);
  assertEquals(list.current(), ["b", "a", "c"]);
});

Deno.test("news of any source is told, and a source that is replaced is not listened to", () => {
  const [one, two, three] = [new TestSource("a"), new TestSource("b"), new TestSource("c")];
  const list = new SourceList([one, two]);
  const told: (readonly string[])[] = [];
  const end = list.onChange(() => told.push(list.current()));
  one.change("a", "aa");
  list.replace([two, three]);
  one.change("x");
  three.change("d");
  assertEquals(told, [["a", "aa", "b"], ["b", "c"], ["b", "d"]]);
  assertEquals([one, two, three].map(({ callbacks }) => callbacks.size), [0, 1, 1]);
  end();
  assertEquals([two, three].map(({ callbacks }) => callbacks.size), [0, 0]);
});
