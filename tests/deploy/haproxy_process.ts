import { ownLoopbackAddress } from "../helpers/loopback.ts";
import { type HaproxyProgram, run } from "./haproxy_tools.ts";

/** The configuration that is to be shown to work. */
const CONFIG = new URL("../../deploy/haproxy/haproxy.cfg", import.meta.url);

/** Longest wait for HAProxy to find its servers, in ms. */
const TIMEOUT_MS = 15_000;

/** How one stream went, from HAProxy's log. */
export interface LoggedStream {
  /** The server's name, or `<NOSRV>`. */
  readonly server: string;
  /** 101 for a session. */
  readonly status: number;
  /** Two letters: who ended it and in what phase; `--` is a normal end. See "Session state". */
  readonly ending: string;
  /** How often it was tried anew, `+` before it where another server was taken. */
  readonly retries: string;
}

/** The configuration as it is, but for the addresses: each `host:port`. */
export async function configOf(
  hosts: readonly string[],
  binds: { readonly listeners: string; readonly numbers: string },
): Promise<string> {
  const replacements: [string, string][] = [
    ["bind :8080", `bind ${binds.listeners}`],
    ["bind 127.0.0.1:8404", `bind ${binds.numbers}`],
    ...hosts.map((host, index): [string, string] => [`syrinx-${index + 1}:8081`, host]),
  ];
  let config = await Deno.readTextFile(CONFIG);
  for (const [from, to] of replacements) {
    if (config.split(from).length !== 2) throw new Error(`haproxy.cfg has not one ${from}`);
    config = config.replace(from, to);
  }
  return config;
}

/** What HAProxy says of a configuration; code 0 where it can be used. */
export async function checkConfig({ path, env }: HaproxyProgram, config: string) {
  const file = await Deno.makeTempFile({ suffix: ".cfg" });
  try {
    await Deno.writeTextFile(file, config);
    return await run(path, ["-c", "-f", file], { env });
  } finally {
    await Deno.remove(file);
  }
}

/** A real HAProxy, with the project's configuration, in front of servers. */
export class HaproxyProcess implements AsyncDisposable {
  /** `host:port` for listeners. */
  readonly host: string;
  readonly #child: Deno.ChildProcess;
  readonly #file: string;
  readonly #streams: LoggedStream[] = [];
  readonly #log: Promise<void>;
  readonly #messages: Promise<string>;

  private constructor(child: Deno.ChildProcess, file: string, host: string) {
    this.#child = child;
    this.#file = file;
    this.host = host;
    this.#log = this.#readLog();
    this.#messages = new Response(child.stderr).text();
  }

  /** @param hosts `host:port` of the two servers. */
  static async start(
    { path, env }: HaproxyProgram,
    hosts: readonly string[],
  ): Promise<HaproxyProcess> {
    const binds = freeBinds();
    const file = await Deno.makeTempFile({ suffix: ".cfg" });
    await Deno.writeTextFile(file, await configOf(hosts, binds));
    const child = new Deno.Command(path, {
      args: ["-db", "-f", file],
      env: { ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const haproxy = new HaproxyProcess(child, file, binds.listeners);
    try {
      await haproxy.#untilReady();
      return haproxy;
    } catch (error) {
      await haproxy[Symbol.asyncDispose]();
      throw new Error(await haproxy.#messages, { cause: error });
    }
  }

  /** Streams that have ended, sessions among them. */
  get streams(): readonly LoggedStream[] {
    return this.#streams;
  }

  async #untilReady(): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    for (;;) {
      try {
        const response = await fetch(`http://${this.host}/readiness`);
        await response.body?.cancel();
        if (response.ok) return;
      } catch {
        // It does not listen yet.
      }
      if (performance.now() > deadline) throw new Error("HAProxy is not ready");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #readLog(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#readLine(line);
    }
  }

  #readLine(line: string): void {
    const match = /\S+\/(\S+) \S+ (\d+) \d+ (\S\S) \d+\/\d+\/\d+\/\d+\/(\+?\d+) "/.exec(line);
    if (match === null) return;
    const [, server, status, ending, retries] = match;
    this.#streams.push({
      server: server!,
      status: Number(status),
      ending: ending!,
      retries: retries!,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await Promise.all([this.#child.status, this.#log, this.#messages]);
    await Deno.remove(this.#file);
  }
}

/** Free until HAProxy has started, too: the address is its own. */
function freeBinds() {
  const hostname = ownLoopbackAddress();
  using first = Deno.listen({ hostname, port: 0 });
  using second = Deno.listen({ hostname, port: 0 });
  const [listeners, numbers] = [first, second].map(({ addr }) =>
    `${hostname}:${(addr as Deno.NetAddr).port}`
  );
  return { listeners: listeners!, numbers: numbers! };
}
