/**
 * `deno task web`: builds what the server gives to browsers, into `dist/`.
 *
 * @module
 */

/** What is built: a file of `dist/` and the module that it is made of. */
const entries: readonly Entry[] = [
  { file: "client.js", module: "client/mod.ts", hasTypes: true },
  { file: "worklet.js", module: "worklet/processor.ts", hasTypes: false },
  { file: "voice_worklet.js", module: "voice/processor.ts", hasTypes: false },
  { file: "console.js", module: "console/main.ts", hasTypes: false },
];

/** What is served as it is written, in `console/`. */
const copies: readonly string[] = ["index.html", "console.css", "icon.svg"];

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
  for (const name of copies) {
    await Deno.copyFile(new URL(`console/${name}`, WEB), new URL(name, folder));
  }
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
