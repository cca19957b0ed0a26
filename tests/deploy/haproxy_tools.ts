/**
 * Debian's HAProxy, for tests: where it is, and how to get it.
 *
 * It is unpacked, not installed: that needs no root, starts no service and leaves the machine as it
 * was.
 */

/** What a program printed, and how it ended. */
export interface ProgramResult {
  readonly code: number;
  /** Standard output and standard error. */
  readonly text: string;
}

/** A program that can be run, with what has to be in its environment. */
export interface HaproxyProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ProgramResult> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { ...options.env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/**
 * Registers a test that runs HAProxy. Where that is not to be had the test is ignored, and its name
 * says why: what is printed outside tests is not shown.
 */
export function testWithHaproxy(
  name: string,
  test: (program: HaproxyProgram) => Promise<void>,
): void {
  if (found instanceof Error) Deno.test.ignore(`${name} (${found.message})`, () => {});
  else Deno.test(name, () => test(found));
}

const found = await find().catch((error: Error) =>
  new Error(`HAProxy cannot be had: ${error.message}`)
);

async function find(): Promise<HaproxyProgram> {
  const folder = cacheFolder();
  // Debian has it in a folder that is not on everybody's PATH.
  const installed = ["haproxy", "/usr/sbin/haproxy"].map((path) => ({ path, env: {} }));
  for (const program of [...installed, await unpackedIn(folder)]) {
    if (await runs(program)) return program;
  }
  await unpackInto(folder);
  const program = await unpackedIn(folder);
  if (await runs(program)) return program;
  throw new Error("Debian's does not run here");
}

async function runs({ path, env }: HaproxyProgram): Promise<boolean> {
  try {
    return (await run(path, ["-v"], { env })).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${home}/syrinx-tests/haproxy`;
}

/** The libraries that came along are in a folder that has the architecture's name. */
async function unpackedIn(folder: string): Promise<HaproxyProgram> {
  const folders = [`${folder}/usr/lib`];
  try {
    for await (const { name, isDirectory } of Deno.readDir(`${folder}/usr/lib`)) {
      if (isDirectory) folders.push(`${folder}/usr/lib/${name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return { path: `${folder}/usr/sbin/haproxy`, env: { LD_LIBRARY_PATH: folders.join(":") } };
}

/** Throws when the packages cannot be had. */
async function unpackInto(folder: string): Promise<void> {
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  const work = await Deno.makeTempDir({ dir: parent });
  try {
    const archives = `${work}/archives`;
    await Deno.mkdir(`${archives}/partial`, { recursive: true });
    if ((await download(archives)).code !== 0) {
      await succeed("apt-get", ["update"]);
      const { code, text } = await download(archives);
      if (code !== 0) throw new Error(`apt-get: ${text.trim()}`);
    }
    for (const { name } of Deno.readDirSync(archives)) {
      if (!name.endsWith(".deb")) continue;
      await succeed("dpkg-deb", ["-x", `${archives}/${name}`, `${work}/unpacked`]);
    }
    await Deno.rename(`${work}/unpacked`, folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Fetches the package with those of its libraries that the machine lacks; installs nothing. */
function download(archives: string): Promise<ProgramResult> {
  return run("apt-get", [
    ...["install", "--download-only", "--yes", "--no-install-recommends"],
    // Without the lock, and with a folder of one's own, it needs no root.
    ...["-o", "Debug::NoLocking=1", "-o", `Dir::Cache::Archives=${archives}`],
    "haproxy",
  ]);
}

async function succeed(program: string, args: string[]): Promise<void> {
  const { code, text } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${text.trim()}`);
}
