import { until } from "../helpers/server.ts";

/** What the task in deno.json allows. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env=SYRINX_KEY",
  "--allow-run=ffplay,pacat,aplay,play",
];

const SAY = new URL("../../src/cli/say.ts", import.meta.url).pathname;

/** How a run ended, and all it wrote. */
export interface SayResult {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: string;
}

/** Options of {@linkcode SayProcess}. */
export interface SayProcessOptions {
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** Directories with programs; none: there is no player. */
  readonly path?: string;
}

/** `deno task say` as a process, with a standard input to write to. */
export class SayProcess implements AsyncDisposable {
  stderr = "";
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBufferLike>>;
  readonly #stdout: Promise<Uint8Array<ArrayBuffer>>;
  readonly #errorsRead: Promise<void>;

  constructor({ args, env = {}, path = "/nowhere" }: SayProcessOptions) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...PERMISSIONS, SAY, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { ...env, PATH: path, NO_COLOR: "1" },
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#stdout = new Response(this.#process.stdout).bytes();
    this.#errorsRead = this.#readErrors();
  }

  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async endInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Waits until it has written `text` to standard error. */
  async shows(text: string): Promise<void> {
    const shown = () => `${JSON.stringify(text)} in ${JSON.stringify(this.stderr)}`;
    await until(() => this.stderr.includes(text), text, 30_000).catch((error) => {
      throw new Error(`${error.message}: ${shown()}`);
    });
  }

  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  async result(): Promise<SayResult> {
    const { code } = await this.#process.status;
    await this.#errorsRead;
    return { code, stdout: await this.#stdout, stderr: this.stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.endInput();
    await this.result();
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      this.stderr += text;
    }
  }
}

/** Runs it to its end, with `input` as all of its standard input. */
export async function runSay(options: SayProcessOptions, input = ""): Promise<SayResult> {
  await using say = new SayProcess(options);
  if (input !== "") await say.write(input);
  await say.endInput();
  return await say.result();
}

/** A directory that goes away. */
export class TempDir implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "say_test_" });

  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** A player that writes what it is given to `played`, and its arguments to `arguments`. */
  async addPlayer(name: string, lastLine = ""): Promise<void> {
    const script = [
      "#!/bin/sh",
      `echo "$@" > ${this.file("arguments")}`,
      `exec /bin/cat > ${this.file("played")}`,
    ];
    if (lastLine !== "") script.splice(1, 2, lastLine);
    await Deno.writeTextFile(this.file(name), script.join("\n") + "\n", { mode: 0o755 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
