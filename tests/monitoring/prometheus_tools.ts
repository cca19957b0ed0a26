/**
 * Debian's Prometheus, for tests: where it is, and how to run it.
 */

import { unpackedPackage } from "../helpers/debian_package.ts";

/** Paths of the two programs. */
export interface PrometheusTools {
  readonly prometheus: string;
  readonly promtool: string;
}

/** What a program printed, and how it ended. */
export interface ProgramResult {
  readonly code: number;
  /** Standard output and standard error. */
  readonly text: string;
}

/** Runs a program to its end; `input` is its standard input. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): Promise<ProgramResult> {
  const { cwd, input = "" } = options;
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const stdin = child.stdin.getWriter();
  // A program that is done before it has read all closes its end.
  const written = stdin.write(new TextEncoder().encode(input)).then(() => stdin.close()).catch(
    () => {},
  );
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), written]);
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/**
 * Registers a test that runs Prometheus. Where that is not to be had the test is ignored, and its
 * name says why: what is printed outside tests is not shown.
 */
export function testWithPrometheus(
  name: string,
  test: (tools: PrometheusTools) => Promise<void>,
): void {
  if (found instanceof Error) Deno.test.ignore(`${name} (${found.message})`, () => {});
  else Deno.test(name, () => test(found));
}

const found = await find().catch((error: Error) =>
  new Error(`Prometheus cannot be had: ${error.message}`)
);

async function find(): Promise<PrometheusTools> {
  const installed = toolsIn("");
  if (await bothRun(installed)) return installed;
  const unpacked = toolsIn(`${await unpackedPackage("prometheus")}/usr/bin/`);
  if (await bothRun(unpacked)) return unpacked;
  throw new Error("Debian's does not run here");
}

function toolsIn(folder: string): PrometheusTools {
  return { prometheus: `${folder}prometheus`, promtool: `${folder}promtool` };
}

async function bothRun({ prometheus, promtool }: PrometheusTools): Promise<boolean> {
  return await runs(prometheus) && await runs(promtool);
}

async function runs(program: string): Promise<boolean> {
  try {
    return (await run(program, ["--version"])).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
