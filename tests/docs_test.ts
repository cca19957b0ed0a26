/** Documents that name the tests which show what they say. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url).pathname;

/** The text of all test files. */
async function testTexts(folder: string): Promise<string> {
  let all = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory && name !== "node_modules") all += await testTexts(path);
    else if (name.endsWith("_test.ts")) all += await Deno.readTextFile(path);
  }
  return all;
}

/** The last cells of a document's tables whose last column is `test`. */
function namedTests(markdown: string): string[] {
  const names: string[] = [];
  let isListed = false;
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("|")) isListed = false;
    else {
      const last = line.split(/(?<!\\)\|/).at(-2)!.trim();
      if (last === "test") isListed = true;
      else if (isListed && last !== "" && !/^-+$/.test(last)) names.push(last);
    }
  }
  return names;
}

/** Whether a test of that name is there; parts of it may be filled in when it is registered. */
function isThere(name: string, texts: string, templates: readonly RegExp[]): boolean {
  return texts.includes(name) || templates.some((template) => template.test(name));
}

/** Names that are made, such as `Realtime's ${what} is read`, as patterns. */
function templatesOf(texts: string): RegExp[] {
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [...texts.matchAll(/`([^`\n]*\$\{[^`\n]*)`/g)].map(([, template]) =>
    new RegExp(`^${template!.split(/\$\{[^}]*\}/).map(escape).join(".*")}$`)
  );
}

for (const file of ["SECURITY.md", "docs/compatibility.md"]) {
  Deno.test(`every test that ${file} names is there`, async () => {
    const texts = await testTexts(`${ROOT}tests`);
    // One that is nothing but parts to be filled in would be any name.
    const templates = templatesOf(texts).filter((template) => template.source.length > 24);
    const names = namedTests(await Deno.readTextFile(`${ROOT}${file}`));
    assert(names.length > 20, `${names.length} are named`);
    const missing = names.filter((name) => !isThere(name.replaceAll("\\|", "|"), texts, templates));
    assertEquals(missing, []);
  });
}
