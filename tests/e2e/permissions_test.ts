/**
 * What the server may do, it is told by deno.json: a script with its permissions tries the rest.
 */

import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("a server that was taken over reads, writes, runs and reaches nothing else", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=start", "tests/e2e/permissions_script.ts"],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(text.trim(), "[]", new TextDecoder().decode(stderr));
});

Deno.test("nothing in the source makes code out of text", async () => {
  const found: string[] = [];
  for await (const path of sources(`${ROOT}src`)) {
    const text = await Deno.readTextFile(path);
    if (/\beval\(|new Function\(|\bsetTimeout\(\s*["'`]/.test(text)) found.push(path);
  }
  assertEquals(found, []);
});

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    // What is built comes of what is looked at.
    if (isDirectory && name !== "dist" && name !== "node_modules") yield* sources(path);
    else if (name.endsWith(".ts") || name.endsWith(".tsx")) yield path;
  }
}
