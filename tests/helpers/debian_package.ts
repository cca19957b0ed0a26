/**
 * Programs of Debian's packages, for tests, on machines that do not have them.
 *
 * A package is unpacked, not installed: that needs no root, starts no service and leaves the machine
 * as it was.
 *
 * @module
 */

/**
 * The folder of a package, with those that it depends on and the machine lacks. It is a cache, filled
 * once: of test files that want the package at the same time one fetches it, and the others wait.
 *
 * @throws {Error} when it cannot be had, with `apt-get`'s own words.
 */
export async function unpackedPackage(name: string): Promise<string> {
  const cache = cacheFolder();
  await Deno.mkdir(cache, { recursive: true });
  const folder = `${cache}/${name}`;
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (!await exists(folder)) await unpackInto(folder, name);
  return folder;
}

/** The folders of an unpacked package that have shared libraries in them: for `LD_LIBRARY_PATH`. */
export function libraryFolders(root: string): string[] {
  const entries = [...Deno.readDirSync(root)];
  const here = entries.some(({ name }) => /\.so(\.|$)/.test(name)) ? [root] : [];
  const folders = entries.filter(({ isDirectory }) => isDirectory);
  return [...here, ...folders.flatMap(({ name }) => libraryFolders(`${root}/${name}`))];
}

function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${home}/syrinx-tests`;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

/** The folder comes into being at the end, whole. */
async function unpackInto(folder: string, name: string): Promise<void> {
  const work = await Deno.makeTempDir({ dir: cacheFolder() });
  try {
    await download(work, name).catch(async () => {
      await succeed("apt-get", ["update"]);
      await download(work, name);
    });
    for (const { name: file } of Deno.readDirSync(work)) {
      if (!file.endsWith(".deb")) continue;
      await succeed("dpkg-deb", ["-x", `${work}/${file}`, `${work}/unpacked`]);
    }
    await Deno.rename(`${work}/unpacked`, folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function download(folder: string, name: string): Promise<void> {
  await Deno.mkdir(`${folder}/partial`, { recursive: true });
  await succeed("apt-get", [
    ...["install", "--download-only", "--yes", "--no-install-recommends"],
    // Without the lock, and with a folder of one's own, it needs no root.
    ...["-o", "Debug::NoLocking=1", "-o", `Dir::Cache::Archives=${folder}`],
    name,
  ]);
}

async function succeed(program: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (success) return;
  throw new Error(`${program} ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`);
}
