// Installs sherpa-onnx-node, which is no dependency, outside the checkout.

import { INSTALL_COMMAND as ESPEAK_COMMAND } from "../../src/engines/espeak/mod.ts";
import { INSTALL_COMMAND } from "../../src/engines/sherpa/mod.ts";

/** Where things are. */
export interface SherpaInstallation {
  /** For `sherpaEngine`. */
  readonly specifier: string;
  /** Puts eSpeak's data into a model's folder. */
  addEspeakData(folder: string): void;
  remove(): void;
}

/**
 * Runs the arguments of an install command in a folder.
 *
 * @returns whether it worked.
 */
export async function install(command: string, cwd: string): Promise<boolean> {
  const words = command.split(" ");
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: words.slice(words.indexOf("add")),
    cwd,
    signal: AbortSignal.timeout(120_000),
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** Whether this process may install anything. */
export async function mayInstall(): Promise<boolean> {
  const names = ["read", "write", "run", "ffi"] as const;
  const states = await Promise.all(names.map((name) => Deno.permissions.query({ name })));
  return states.every(({ state }) => state === "granted");
}

/** Undefined if it cannot be had. */
export async function installSherpa(): Promise<SherpaInstallation | undefined> {
  if (!await mayInstall()) return;
  const folder = Deno.makeTempDirSync({ prefix: "syrinx-sherpa-" });
  const remove = () => Deno.removeSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/deno.json`, `{ "nodeModulesDir": "auto" }`);
  // eSpeak for its data, which models are delivered with.
  for (const command of [INSTALL_COMMAND, ESPEAK_COMMAND]) {
    if (await install(command, folder)) continue;
    remove();
    return;
  }
  // The package is CommonJS: only by its name can it be imported, and from here only by its place.
  Deno.writeTextFileSync(
    `${folder}/sherpa.mjs`,
    `import { createRequire } from "node:module";
    export default createRequire(import.meta.url)("sherpa-onnx-node");`,
  );
  return {
    specifier: new URL(`file://${folder}/sherpa.mjs`).href,
    addEspeakData: (model) =>
      unpackEspeakData(`${folder}/node_modules/@echogarden/espeak-ng-emscripten`, model),
    remove,
  };
}

/** The package has all files in one, and their places in its code. */
function unpackEspeakData(packageFolder: string, folder: string): void {
  const code = Deno.readTextFileSync(`${packageFolder}/espeak-ng.js`);
  const data = Deno.readFileSync(`${packageFolder}/espeak-ng.data`);
  const places = /\{filename:"\/usr\/share\/(espeak-ng-data\/[^"]+)",start:(\d+),end:(\d+)/g;
  for (const [, name, start, end] of code.matchAll(places)) {
    const file = `${folder}/${name}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeFileSync(file, data.subarray(Number(start), Number(end)));
  }
}
