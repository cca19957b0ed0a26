/**
 * Debian's HAProxy, for tests: where it is, and how to run it.
 */

import { libraryFolders, unpackedPackage } from "../helpers/debian_package.ts";

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
  // Debian has it in a folder that is not on everybody's PATH.
  for (const path of ["haproxy", "/usr/sbin/haproxy"]) {
    const installed = { path, env: {} };
    if (await runs(installed)) return installed;
  }
  const folder = await unpackedPackage("haproxy");
  const env = { LD_LIBRARY_PATH: libraryFolders(folder).join(":") };
  const unpacked = { path: `${folder}/usr/sbin/haproxy`, env };
  if (await runs(unpacked)) return unpacked;
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
