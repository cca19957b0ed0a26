import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { formatKeys, KeyFileError, parseKeys } from "../../src/auth/key_file.ts";
import { Keyring } from "../../src/auth/keyring.ts";
import { createKey, idOf } from "../../src/auth/keys.ts";
import { timings } from "./timings.ts";

const wanted = { tenant: "acme", weight: 2, maxSessions: 3, charactersPerMinute: 500 };
const now = new Date("2026-11-25T00:00:00Z");

Deno.test("a key opens the door, and only the whole of it", () => {
  const { key, stored } = createKey(wanted, now);
  const ring = new Keyring([], [stored, createKey({ tenant: "other", weight: 1 }, now).stored]);
  assertEquals(ring.size, 2);
  assertEquals(ring.find(key), stored);
  assertEquals([idOf(key), stored.tenant, stored.created], [
    stored.id,
    "acme",
    "2026-11-25T00:00:00.000Z",
  ]);
  const wrong = [
    "",
    key.slice(0, -1),
    `${key}x`,
    key.replace("sx_", "sy_"),
    `sx_000000000000_${key.slice(16)}`,
  ];
  for (const text of wrong) assertEquals(ring.find(text), undefined, text);
});

Deno.test("what is kept of a key does not tell it, nor that two are the same", () => {
  const { key, stored } = createKey(wanted, now);
  const again = createKey(wanted, now);
  assert(!JSON.stringify(stored).includes(key.slice(16)));
  assertNotEquals(again.stored.salt, stored.salt);
  assertNotEquals(again.key, key);
});

Deno.test("keys that are given as they are belong to tenants of their own", () => {
  const ring = new Keyring(["a-key-of-some-length", "another-key-entirely"]);
  assertEquals(ring.find("another-key-entirely")?.tenant, "key-2");
  assertEquals(ring.find("a-key-of-some-lengtH"), undefined);
});

Deno.test("keys of one tenant, given or stored, tell nobody apart", () => {
  const storedFor = (tenant: string) => createKey({ tenant, weight: 1 }, now).stored;
  const rings: [Keyring, number][] = [
    [new Keyring([]), 0],
    [new Keyring([], [storedFor("a"), storedFor("a")]), 1],
    [new Keyring(["a-key-of-some-length"], [storedFor("key-1")]), 1],
    [new Keyring(["a-key-of-some-length"], [storedFor("a"), storedFor("b")]), 3],
  ];
  for (const [ring, tenants] of rings) assertEquals(ring.tenants, tenants);
});

Deno.test("keys come back from their file as they were", () => {
  const keys = [createKey(wanted, now).stored, createKey({ tenant: "b", weight: 1 }, now).stored];
  assertEquals(parseKeys(formatKeys(keys)), keys);
});

Deno.test("a file that is none of keys is refused with what is wrong in it", () => {
  const { stored } = createKey(wanted, now);
  const cases: [unknown, string][] = [
    ["", "not JSON"],
    [{}, 'no list of "keys"'],
    [{ keys: [1] }, "keys[0] must be an object"],
    [{ keys: [{ ...stored, id: "x" }] }, "keys[0].id must be 12 hexadecimal digits"],
    [{ keys: [{ ...stored, tenant: "a b" }] }, "keys[0].tenant"],
    [{ keys: [{ ...stored, salt: "" }] }, "keys[0].salt"],
    [{ keys: [{ ...stored, hash: "AA" }] }, "keys[0].hash"],
    [{ keys: [{ ...stored, created: 1 }] }, "keys[0].created"],
    [{ keys: [{ ...stored, weight: 0 }] }, "keys[0].weight must be a number from 0.01 to 100"],
    [{ keys: [{ ...stored, maxSessions: 1.5 }] }, "keys[0].maxSessions"],
    [{ keys: [{ ...stored, charactersPerMinute: "9" }] }, "keys[0].charactersPerMinute"],
    [{ keys: [stored, stored] }, "is there twice"],
  ];
  for (const [content, problem] of cases) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    assertThrows(() => parseKeys(text), KeyFileError, problem);
  }
});

Deno.test("the time of a wrong key does not tell how wrong it is", () => {
  const { key, stored } = createKey(wanted, now);
  const ring = new Keyring(["a-key-of-some-length"], [stored]);
  const body = key.slice(16);
  const swap = (letter: string) => letter === "A" ? "B" : "A";
  const [early, late, again] = timings([
    `${key.slice(0, 16)}${swap(body[0]!)}${body.slice(1)}`,
    `${key.slice(0, -1)}${swap(key.at(-1)!)}`,
    `${key.slice(0, -1)}${swap(key.at(-1)!)}`,
  ], (text) => ring.find(text));
  // Medians of thousands of calls, taken in turns: they differ by what the machine's noise leaves of
  // two that are the same, and a comparison that stopped early would show up as a difference.
  const noise = Math.abs(late! - again!);
  assert(
    Math.abs(early! - late!) <= noise + 0.1 * late!,
    `${early} and ${late} us, noise ${noise}`,
  );
});
