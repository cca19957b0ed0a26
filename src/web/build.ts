/**
 * `deno task web`: builds what the server gives to browsers, into `dist/`.
 *
 * @module
 */

/** What is built: a file of `dist/` and the module that it is made of. */
const entries: readonly Entry[] = [
  { file: "client.js", module: "client/mod.ts", hasTypes: true },
  { file: "worklet.js", module: "worklet/processor.ts", hasTypes: false },
];

interface Entry {
  readonly file: string;
  readonly module: string;
  /** Whether its declarations are written beside it. */
  readonly hasTypes: boolean;
}

const WEB = new URL("./", import.meta.url);

/** Builds everything into a folder. Throws when the bundler fails. */
export async function build(folder: URL): Promise<void> {
  for (const entry of entries) await bundle(entry, folder);
}

async function bundle({ file, module, hasTypes }: Entry, folder: URL): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      // The strict settings of this project do not fit the declarations of Node that it would check.
      "--no-config",
      "--platform=browser",
      "--minify",
      ...(hasTypes ? ["--declaration"] : []),
      `--output=${new URL(file, folder).pathname}`,
      new URL(module, WEB).pathname,
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

if (import.meta.main) await build(new URL("dist/", WEB));
