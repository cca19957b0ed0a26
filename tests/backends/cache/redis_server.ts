/**
 * A real Redis server, for tests: Debian's, or the machine's own.
 */

import { libraryFolders, unpackedPackage } from "../../helpers/debian_package.ts";

/** A program that can be run, with what has to be in its environment. */
interface RedisProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A server on a port of its own, with nothing on disk. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #program: RedisProgram;
  readonly #args: readonly string[];
  #process: Deno.ChildProcess | undefined;

  /** @param args of the server, beside its port. */
  constructor(program: RedisProgram, args: readonly string[] = []) {
    this.#program = program;
    this.#args = args;
    this.port = freePort();
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** Starts it, again if it was killed; resolves when it takes connections. */
  async start(): Promise<void> {
    const { path, env } = this.#program;
    const port = ["--port", `${this.port}`, "--bind", "127.0.0.1"];
    this.#process = new Deno.Command(path, {
      args: [...port, "--save", "", "--appendonly", "no", ...this.#args],
      env: { ...env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (;;) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port: this.port })).close();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** Stops the process as it is: connections stay open, and nothing is answered. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** Ends it at once; what it had is gone. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    this.#process = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

/**
 * Registers a test that runs Redis. Where that is not to be had the test is ignored, and its name says
 * why: what is printed outside tests is not shown.
 */
export function testWithRedis(
  name: string,
  test: (program: RedisProgram) => Promise<void>,
): void {
  if (found instanceof Error) Deno.test.ignore(`${name} (${found.message})`, () => {});
  else Deno.test(name, () => test(found));
}

const found = await find().catch((error: Error) =>
  new Error(`Redis cannot be had: ${error.message}`)
);

async function find(): Promise<RedisProgram> {
  for (const path of ["redis-server", "valkey-server"]) {
    const installed = { path, env: {} };
    if (await runs(installed)) return installed;
  }
  const folder = await unpackedPackage("redis-server");
  const env = { LD_LIBRARY_PATH: libraryFolders(folder).join(":") };
  const unpacked = { path: `${folder}/usr/bin/redis-server`, env };
  if (await runs(unpacked)) return unpacked;
  throw new Error("Debian's does not run here");
}

async function runs({ path, env }: RedisProgram): Promise<boolean> {
  try {
    const command = new Deno.Command(path, { args: ["--version"], env: { ...env } });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
