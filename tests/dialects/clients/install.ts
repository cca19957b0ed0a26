/**
 * The vendors' own packages for Node, as npm installs them: into a cache, once for each lock file.
 *
 * @module
 */

const LISTED = new URL("./packages/", import.meta.url);

/**
 * Peers are left out since `package.json` names those that are needed; install scripts are, since
 * they only build what npm's packages bring along built.
 */
const INSTALL = ["ci", "--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund"];

/**
 * Installs the packages, unless that was done: 100 MB are downloaded, 390 MB lie on the disk. Of test
 * files that want them at the same time one installs them, and the others wait.
 *
 * @returns the folder of which `node_modules` is part.
 * @throws {Error} where Node, npm or npm's registry is missing.
 */
export async function installClients(): Promise<string> {
  await succeed("node", ["--version"]);
  const folder = await cacheFolder();
  const parent = await parentOf(folder);
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (!await exists(folder)) await installInto(folder, parent);
  return folder;
}

/** The folder comes into being at the end, whole. */
async function installInto(folder: string, parent: string): Promise<void> {
  const work = await Deno.makeTempDir({ dir: parent, prefix: "installing-" });
  try {
    for (const file of ["package.json", "package-lock.json"]) {
      await Deno.copyFile(new URL(file, LISTED), `${work}/${file}`);
    }
    await succeed("npm", INSTALL, work);
    await Deno.rename(work, folder);
  } finally {
    await Deno.remove(work, { recursive: true }).catch(ignoreMissing);
  }
}

/** One folder for what the files say and what native code they choose. */
async function cacheFolder(): Promise<string> {
  const files = ["package.json", "package-lock.json"].map((file) => new URL(file, LISTED));
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const key = new TextEncoder().encode([...texts, Deno.build.target].join("\n"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", key)).toHex().slice(0, 16);
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${home}/syrinx-tests/clients/${hash}`;
}

async function parentOf(folder: string): Promise<string> {
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  return parent;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** What is wrong is in the first line; the rest would not fit into the name of a test. */
async function succeed(program: string, args: string[], cwd?: string): Promise<void> {
  const command = new Deno.Command(program, { args, ...(cwd === undefined ? {} : { cwd }) });
  const { success, stderr } = await command.output();
  if (success) return;
  const [line] = new TextDecoder().decode(stderr).trim().split("\n");
  throw new Error(`${program} ${args[0]}: ${line}`);
}
