/**
 * Files of tests run side by side in one process: none may change what all of them have in common.
 */

import { assertEquals } from "@std/assert";

const ROOT = new URL("./", import.meta.url);

/** Calls that change the whole process. */
const PROCESS_WIDE = /\bDeno\.(?:env\.(?:set|delete)|chdir|umask|exit|addSignalListener)\(/;

Deno.test("no test changes the environment, the folder or the signals of all tests", async () => {
  const found: string[] = [];
  for (const path of paths(ROOT)) {
    const text = await Deno.readTextFile(path);
    const call = PROCESS_WIDE.exec(text);
    if (call !== null) found.push(`${path.pathname.slice(ROOT.pathname.length)}: ${call[0]}`);
  }
  assertEquals(found, []);
});

function* paths(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* paths(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}
