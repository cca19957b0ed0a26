/**
 * Debian's Prometheus, for tests: where it is, and how to get it.
 *
 * It is unpacked, not installed: that needs no root, starts no service and leaves the machine as it
 * was.
 */

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
  const unpacked = toolsIn(`${cacheFolder()}/usr/bin/`);
  for (const tools of [toolsIn(""), unpacked]) if (await bothRun(tools)) return tools;
  await unpackInto(cacheFolder());
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

function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${home}/syrinx-tests/prometheus`;
}

/** Throws when the package cannot be had. */
async function unpackInto(folder: string): Promise<void> {
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  const cwd = await Deno.makeTempDir({ dir: parent });
  try {
    const download = ["download", "prometheus"];
    const first = await run("apt-get", download, { cwd });
    if (first.code !== 0) {
      await succeed("apt-get", ["update"], cwd);
      await succeed("apt-get", download, cwd);
    }
    const [deb] = Array.from(Deno.readDirSync(cwd), ({ name }) => name);
    await succeed("dpkg-deb", ["-x", deb!, "unpacked"], cwd);
    await Deno.rename(`${cwd}/unpacked`, folder);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function succeed(program: string, args: string[], cwd: string): Promise<void> {
  const { code, text } = await run(program, args, { cwd });
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${text.trim()}`);
}
