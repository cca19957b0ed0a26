import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Runs `deno task keys` on a file of its own. */
async function keys(file: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "src/cli/keys.ts", ...args, "--file", file],
    cwd: ROOT,
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return { code, out: out!, error: error! };
}

Deno.test("keys are made, listed with their limits and revoked", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/keys.json`;
  try {
    const limits = ["--weight", "2", "--max-sessions", "3", "--characters-per-minute", "4000"];
    const made = await keys(file, "add", "acme", ...limits);
    assertMatch(made.out, /^sx_[0-9a-f]{12}_/);
    assertEquals((await keys(file, "add", "other")).code, 0);
    const secret = made.out.split("\n")[0]!;
    // What is secret of it may have that character too.
    const [, id, hidden] = /^sx_([0-9a-f]{12})_(.{43})$/.exec(secret)!;
    const text = await Deno.readTextFile(file);
    assertEquals(text.includes(hidden!), false, "the key itself is not kept");
    assertEquals((await Deno.stat(file)).mode! & 0o777, 0o600);

    const listed = (await keys(file, "list")).out.split("\n");
    assertEquals(listed.length, 2);
    assertMatch(
      listed[0]!,
      new RegExp(`^${id}  acme  .*weight 2  max sessions 3  characters 4000/min$`),
    );
    assertMatch(listed[1]!, / {2}other {2}.*weight 1$/);

    assertStringIncludes((await keys(file, "revoke", id!)).out, "is revoked");
    assertEquals((await keys(file, "list")).out.split("\n").length, 1);
    const again = await keys(file, "revoke", id!);
    assertEquals([again.code, again.error], [2, `there is no key ${id} in ${file}`]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what cannot be done is said, with exit code 2, and changes nothing", async () => {
  const file = `${await Deno.makeTempDir()}/keys.json`;
  const cases: [string[], string][] = [
    [[], "Usage:"],
    [["add"], "TENANT must be"],
    [["add", "a b"], "TENANT must be"],
    [["add", "a", "b"], "b: too much"],
    [["add", "a", "--max-session", "3"], "no option --max-session"],
    [["add", "a", "--weight", "0"], "--weight must be"],
    [["add", "a", "--max-sessions", "x"], "--max-sessions must be"],
    [["add", "a", "--characters-per-minute", "0"], "--characters-per-minute must be"],
  ];
  const runs = await Promise.all(cases.map(([args]) => keys(file, ...args)));
  runs.forEach(({ code, error }, index) => {
    assertEquals(code, 2);
    assertStringIncludes(error, cases[index]![1]);
  });
  assertEquals((await keys(file, "list")).out, "");
});
