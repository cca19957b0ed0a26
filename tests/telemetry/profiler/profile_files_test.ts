import { assert, assertEquals } from "@std/assert";
import { ProfileFiles } from "../../../src/telemetry/profiler/profile_files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The names in a folder, in the order of their writing. */
function namesIn(folder: string): string[] {
  const number = (name: string) => Number(/_(\d+)\.cpuprofile$/.exec(name)?.[1] ?? 0);
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .sort((a, b) => number(a) - number(b));
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a file's name says the section, the time and the number, in a folder made for it", () =>
  withFolder(async (folder) => {
    const files = new ProfileFiles({
      folder: `${folder}/a/b`,
      maxFiles: 10,
      onError: (error) => {
        throw error;
      },
      wallClock: () => Date.UTC(2026, 10, 25, 1, 2, 3, 45),
    });
    files.write("worker_0_synthesis", bytes("{}"));
    files.write("../../etc/pass wd", bytes("[]"));
    files.write("", bytes("1"));
    files.write("x".repeat(500), bytes("2"));
    await files.flushed();
    assertEquals(namesIn(`${folder}/a/b`), [
      "worker_0_synthesis_20261125T010203045Z_1.cpuprofile",
      "_etc_pass_wd_20261125T010203045Z_2.cpuprofile",
      "section_20261125T010203045Z_3.cpuprofile",
      `${"x".repeat(80)}_20261125T010203045Z_4.cpuprofile`,
    ]);
    const first = `${folder}/a/b/worker_0_synthesis_20261125T010203045Z_1.cpuprofile`;
    assertEquals(await Deno.readTextFile(first), "{}");
  }));

Deno.test("the oldest files go, those of earlier runs first, and nobody else's", () =>
  withFolder(async (folder) => {
    const others = ["mine.cpuprofile", "a_20200101T000000000Z_1.txt"];
    const old = ["b_20200101T000000000Z_10.cpuprofile", "a_20200101T000000000Z_9.cpuprofile"];
    for (const name of [...others, ...old]) await Deno.writeTextFile(`${folder}/${name}`, "");
    const errors: unknown[] = [];
    const files = new ProfileFiles({ folder, maxFiles: 3, onError: (error) => errors.push(error) });
    const kept = () => namesIn(folder).filter((name) => !others.includes(name));
    files.write("one", bytes(""));
    files.write("two", bytes(""));
    await files.flushed();
    assertEquals(kept().map((name) => name.split("_")[0]).sort(), ["b", "one", "two"]);
    // Somebody else may delete files, too.
    await Deno.remove(`${folder}/${old[0]}`);
    files.write("three", bytes(""));
    files.write("four", bytes(""));
    await files.flushed();
    assertEquals(kept().map((name) => name.split("_")[0]), ["two", "three", "four"]);
    assert(others.every((name) => namesIn(folder).includes(name)));
    assertEquals(errors, []);
  }));

Deno.test("more than the disk can take is dropped, and told of", () =>
  withFolder(async (folder) => {
    const errors: Error[] = [];
    const files = new ProfileFiles({
      folder,
      maxFiles: 100,
      onError: (error) => errors.push(error as Error),
    });
    for (let count = 0; count < 40; count++) files.write("section", bytes(""));
    await files.flushed();
    assertEquals(namesIn(folder).length, 32);
    assertEquals(errors.length, 8);
    assert(errors[0]!.message.includes("wait to be written"), errors[0]!.message);
    files.write("section", bytes(""));
    await files.flushed();
    assertEquals(namesIn(folder).length, 33);
  }));

Deno.test("what cannot be written is told of, and the next is tried again", () =>
  withFolder(async (folder) => {
    const errors: unknown[] = [];
    await Deno.writeTextFile(`${folder}/file`, "in the way");
    const files = new ProfileFiles({
      folder: `${folder}/file`,
      maxFiles: 10,
      onError: (error) => errors.push(error),
    });
    files.write("section", bytes(""));
    await files.flushed();
    assertEquals(errors.length, 1);
    await Deno.remove(`${folder}/file`);
    files.write("section", bytes(""));
    await files.flushed();
    assertEquals(errors.length, 1);
    assertEquals(namesIn(`${folder}/file`).length, 1);
  }));
