import { assertEquals, assertThrows } from "@std/assert";
import { formatKeys, KeyFileError, parseKeys } from "../../src/auth/key_file.ts";
import { createKey, type StoredKey } from "../../src/auth/keys.ts";
import { FileWatch } from "../../src/lib/file_watch.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const one = createKey({ tenant: "one", weight: 1 }, new Date()).stored;
const two = createKey({ tenant: "two", weight: 1 }, new Date()).stored;

function watched(text: string) {
  const file = { text };
  const clock = new FakeClock();
  const told: (readonly StoredKey[])[] = [];
  const problems: string[] = [];
  const watch = new FileWatch({
    clock,
    read: () => [file.text],
    parse: ([text]) => parseKeys(text!),
    onChange: (keys) => told.push(keys),
    onProblem: (problem) => problems.push(problem),
  });
  return { file, clock, told, problems, watch };
}

Deno.test("a changed file is noticed, once, and an unchanged one is not told of", () => {
  const { file, clock, told, watch } = watched(formatKeys([one]));
  assertEquals(watch.load(), [one]);
  watch.start();
  clock.advance(20_000);
  assertEquals(told, []);
  file.text = formatKeys([one, two]);
  clock.advance(5_000);
  assertEquals(told, [[one, two]]);
  clock.advance(20_000);
  assertEquals(told.length, 1);
  watch.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("a file that cannot be used changes nothing, is told once, and is tried again", () => {
  const { file, clock, told, problems, watch } = watched(formatKeys([one]));
  watch.load();
  watch.start();
  file.text = '{"keys": [';
  clock.advance(15_000);
  assertEquals([told, problems], [[], ["it is not JSON"]]);
  file.text = formatKeys([two]);
  clock.advance(5_000);
  assertEquals(told, [[two]]);
});

Deno.test("a first file that cannot be used is the caller's to deal with", () => {
  assertThrows(() => watched("{}").watch.load(), KeyFileError, '"keys"');
});
