/**
 * The vendors' own packages as clients: each a Node process, steered by lines of JSON.
 *
 * What a program takes and tells stands at its head, in `tests/dialects/clients`.
 *
 * @module
 */

import { installClients } from "../dialects/clients/install.ts";

/** Longest wait for an event, in ms: generous, since these machines are noisy. */
const TIMEOUT_MS = 30_000;

/** How much of a log goes into the message of an error, in characters. */
const MAX_LOG = 4_000;

const PROGRAMS = new URL("../dialects/clients/", import.meta.url);

/** A program of `tests/dialects/clients`, or the place of another. */
export type ClientProgram = "elevenlabs" | "livekit" | URL;

/** What a program is told to do; `id` names what the command makes or is for. */
export interface ClientCommand {
  readonly do: string;
  readonly id?: string;
  readonly [field: string]: unknown;
}

/** What a program tells. */
export interface ClientEvent {
  readonly type: string;
  readonly id?: string;
  // deno-lint-ignore no-explicit-any
  readonly [field: string]: any;
}

/** Options of {@linkcode startClient}. */
export interface ClientOptions {
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node itself, such as `--experimental-websocket`. */
  readonly nodeArgs?: readonly string[];
  /** A file of certificates to trust, as `NODE_EXTRA_CA_CERTS`. */
  readonly caFile?: string;
  /** Longest wait for any event, in ms; @default 30 000. */
  readonly timeoutMs?: number;
}

/** How a client that was run to its end did. */
export interface ClientRun {
  /** The answer to each command. */
  readonly answers: readonly ClientEvent[];
  readonly events: readonly ClientEvent[];
  readonly code: number;
}

/**
 * Registers a test that runs vendors' packages. Where they cannot be had the test is ignored, and
 * its name says why: what is printed outside tests is not shown.
 */
export function testWithClients(
  name: string,
  test: (t: Deno.TestContext) => Promise<void>,
): void {
  if (found instanceof Error) Deno.test.ignore(`${name} (${found.message})`, () => {});
  else Deno.test(name, test);
}

const found = await installClients().catch((error: Error) =>
  new Error(`the vendors' packages cannot be had: ${error.message}`)
);

/** Starts a client; `await using` kills it at the end of the test. */
export async function startClient(
  program: ClientProgram,
  options: ClientOptions = {},
): Promise<VendorClient> {
  if (found instanceof Error) throw found;
  const file = program instanceof URL ? program : new URL(`${program}.mjs`, PROGRAMS);
  const folder = await layOut(file, found);
  const { env = {}, nodeArgs = [], caFile, timeoutMs = TIMEOUT_MS } = options;
  const process = new Deno.Command("node", {
    args: [...nodeArgs, nameOf(file)],
    cwd: folder,
    env: { ...env, ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return new VendorClient(process, { name: nameOf(file), folder, timeoutMs });
}

/** Runs a client through commands, one after the other, whether they fail or not. */
export async function runClient(
  program: ClientProgram,
  { commands, ...options }: ClientOptions & { readonly commands: readonly ClientCommand[] },
): Promise<ClientRun> {
  await using client = await startClient(program, options);
  const answers: ClientEvent[] = [];
  for (const command of commands) answers.push(await client.answer(command));
  return { answers, events: client.events, code: await client.close() };
}

/** A running client. */
export class VendorClient implements AsyncDisposable {
  /** Everything it told, in order. */
  readonly events: ClientEvent[] = [];
  /** Where it runs: a relative `file` of a command lands there. Gone at the end of the test. */
  readonly folder: string;
  readonly #process: Deno.ChildProcess;
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #ended: Promise<number>;
  readonly #given = new Set<ClientEvent>();
  readonly #wakers = new Set<() => void>();
  #code: number | undefined;
  #log = "";

  constructor(
    process: Deno.ChildProcess,
    { name, folder, timeoutMs }: { name: string; folder: string; timeoutMs: number },
  ) {
    this.folder = folder;
    this.#process = process;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    this.#input = process.stdin.getWriter();
    this.#ended = this.#follow();
  }

  /** What it and its packages printed that is no event. */
  get log(): string {
    return this.#log;
  }

  /** Sends a command, and does not wait for its answer. */
  send(command: ClientCommand): void {
    const line = new TextEncoder().encode(`${JSON.stringify(command)}\n`);
    // A program that has ended takes no more: whoever waits for its events learns that.
    this.#input.write(line).catch(() => {});
  }

  /**
   * The first event of that type, with those fields, that was not yet given out.
   *
   * @throws {Error} if none comes in time or the program ends, with what it told and logged.
   */
  async next(type: string, fields: Readonly<Record<string, unknown>> = {}): Promise<ClientEvent> {
    return await this.#next((event) => event.type === type && has(event, fields), type);
  }

  /** Sends a command and gives its answer: `done` or `failed`. */
  async answer(command: ClientCommand): Promise<ClientEvent> {
    this.send(command);
    return await this.answerTo(command);
  }

  /** The answer to a command that was sent. */
  async answerTo({ do: name, id }: ClientCommand): Promise<ClientEvent> {
    const isAnswer = ({ type }: ClientEvent) => type === "done" || type === "failed";
    return await this.#next(
      (event) => isAnswer(event) && event.do === name && event.id === id,
      `an answer to ${name}`,
    );
  }

  /** Sends a command, which must be done. */
  async succeed(command: ClientCommand): Promise<ClientEvent> {
    const answer = await this.answer(command);
    if (answer.type === "done") return answer;
    throw this.#failure(`could not ${JSON.stringify(command)}: ${answer.error.message}`);
  }

  /** Plays a scenario of a program that has such; gives what came of it. */
  // deno-lint-ignore no-explicit-any
  async play(scenario: string, options: object = {}): Promise<any> {
    return (await this.succeed({ do: scenario, options })).result;
  }

  /** Sends a command, which must fail. */
  async fail(command: ClientCommand): Promise<ClientEvent> {
    const answer = await this.answer(command);
    if (answer.type === "failed") return answer;
    throw this.#failure(`did not fail at ${JSON.stringify(command)}`);
  }

  /** Every event of that type so far, with those fields. */
  of(type: string, fields: Readonly<Record<string, unknown>> = {}): ClientEvent[] {
    return this.events.filter((event) => event.type === type && has(event, fields));
  }

  /** Ends its input, which ends the program, and gives its exit code. */
  async close(): Promise<number> {
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => this.kill(), this.#timeoutMs);
    return await this.#ended.finally(() => clearTimeout(timer));
  }

  /** Kills it, as a crash would. */
  kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#ended;
    await this.#input.close().catch(() => {});
    await Deno.remove(this.folder, { recursive: true });
  }

  /** Reads all that it prints until it ends; gives the exit code. */
  async #follow(): Promise<number> {
    const note = (line: string) => void (this.#log += `${line}\n`);
    await Promise.all([
      eachLine(this.#process.stdout, (line) => {
        const event = eventOf(line);
        if (event === undefined) return note(line);
        this.events.push(event);
        this.#wake();
      }),
      eachLine(this.#process.stderr, note),
    ]);
    const { code } = await this.#process.status;
    this.#code = code;
    this.#wake();
    return code;
  }

  async #next(isWanted: (event: ClientEvent) => boolean, what: string): Promise<ClientEvent> {
    const deadline = performance.now() + this.#timeoutMs;
    for (;;) {
      const event = this.events.find((event) => !this.#given.has(event) && isWanted(event));
      if (event !== undefined) {
        this.#given.add(event);
        return event;
      }
      if (this.#code !== undefined) throw this.#failure(`ended with ${this.#code} before ${what}`);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw this.#failure(`did not tell ${what} in ${this.#timeoutMs} ms`);
      await this.#news(leftMs);
    }
  }

  #failure(message: string): Error {
    const told = this.events.slice(-10).map((event) => JSON.stringify(event)).join("\n");
    const log = this.#log.slice(-MAX_LOG);
    return new Error(`${this.#name} ${message}\nit told last:\n${told}\nit logged:\n${log}`);
  }

  #news(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#wakers.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#wakers.delete(resolve);
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}

/**
 * A folder with the program, all beside it, and the packages: Node looks for packages where the
 * program lies.
 */
async function layOut(file: URL, packages: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "syrinx-client-" });
  for (const { name } of Deno.readDirSync(PROGRAMS)) {
    if (name.endsWith(".mjs")) await Deno.copyFile(new URL(name, PROGRAMS), `${folder}/${name}`);
  }
  await Deno.copyFile(file, `${folder}/${nameOf(file)}`);
  await Deno.symlink(`${packages}/node_modules`, `${folder}/node_modules`);
  return folder;
}

function nameOf(file: URL): string {
  return file.pathname.slice(file.pathname.lastIndexOf("/") + 1);
}

/** Undefined for what a package printed, and for what a program could not finish. */
function eventOf(line: string): ClientEvent | undefined {
  if (!line.startsWith('{"type":')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function has(event: ClientEvent, fields: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(fields).every(([name, value]) => event[name] === value);
}

async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    lines.forEach(take);
  }
  if (rest !== "") take(rest);
}
