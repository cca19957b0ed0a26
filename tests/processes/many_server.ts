import { seriesOf } from "../helpers/scrape.ts";
import { until } from "../helpers/server.ts";
import type { TlsFiles } from "../helpers/tls_files.ts";
import { WsClient } from "../helpers/ws_client.ts";

const ROOT = new URL("../../", import.meta.url);

/** Longest wait for processes to start or to end, in ms. */
const DEADLINE_MS = 60_000;

/** Connections after which it is no chance any more that one process got none of them. */
const MAX_CONNECTIONS = 60;

/** A busy machine that runs tests is no reason to refuse anyone. */
const SETTINGS = [
  "--log-format=json",
  "--max-late-ms=600000",
  "--max-loop-lag-ms=600000",
];

/** A line of the log. */
// deno-lint-ignore no-explicit-any
type Line = Record<string, any>;

/** Starts the program with these permissions. */
export function startMany(permissions: string, ...flags: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", permissions, "main.ts", ...SETTINGS, "--processes=2", ...flags],
    cwd: ROOT,
    // Where `deno` is looked for, there shall be this one.
    env: { PATH: `${new URL(".", `file://${Deno.execPath()}`).pathname}:${Deno.env.get("PATH")}` },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** A client, and the process that its session is in. */
export interface Placed {
  readonly client: WsClient;
  readonly sessionId: string;
  readonly process: number;
}

/** A server of two processes as its users start it. */
export class ManyServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #tls: TlsFiles | undefined;
  readonly #output: Promise<unknown>;
  readonly #clients: WsClient[] = [];
  #text = "";

  private constructor(process: Deno.ChildProcess, tls: TlsFiles | undefined) {
    this.#process = process;
    this.#tls = tls;
    this.#output = Promise.all([this.#read(), process.stdout.cancel()]);
  }

  /** Resolves when both processes are there. */
  static async start(
    { flags = [], tls }: { readonly flags?: readonly string[]; readonly tls?: TlsFiles } = {},
  ): Promise<ManyServer> {
    const files = tls === undefined ? [] : [`--tls-cert=${tls.tlsCert}`, `--tls-key=${tls.tlsKey}`];
    // Only with all permissions are files of a test's to be had.
    const permissions = tls === undefined ? "-P=many" : "-A";
    const server = new ManyServer(startMany(permissions, "--port=0", ...flags, ...files), tls);
    await server.logs("both processes to be ready", (log) => ready(log).length === 2);
    return server;
  }

  get log(): Line[] {
    return this.#text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Waits until the log is as it should be. */
  logs(what: string, isAsItShould: (log: readonly Line[]) => boolean): Promise<void> {
    return until(() => isAsItShould(this.log), what, DEADLINE_MS);
  }

  /** The process ids of a process's lives. */
  pidsOf(process: number): number[] {
    return ready(this.log).filter((line) => line.process === process).map(({ pid }) => pid);
  }

  get host(): string {
    const { port } = this.log.find(({ message }) => message === "Processes starting")!;
    return this.#tls === undefined ? `127.0.0.1:${port}` : `localhost:${port}`;
  }

  /** A greeted client of either process. */
  async connect(): Promise<Placed> {
    const s = this.#tls === undefined ? "" : "s";
    const trust = this.#tls && { client: this.#tls.client };
    const client = new WsClient(`ws${s}://${this.host}/v1/session`, { ...trust });
    this.#clients.push(client);
    const { session_id: sessionId } = await client.next("session_started");
    const place = () =>
      this.log.find(({ message, session_id }) =>
        message === "Session started" && session_id === sessionId
      );
    await until(() => place() !== undefined, "the session to be logged");
    return { client, sessionId, process: place()!.process };
  }

  /** Clients until there is one in each process. */
  async connectToBoth(): Promise<Placed[]> {
    const placed: Placed[] = [];
    while (new Set(placed.map(({ process }) => process)).size < 2) {
      if (placed.length === MAX_CONNECTIONS) throw new Error("one process gets no connections");
      placed.push(await this.connect());
    }
    return placed;
  }

  /** Over a connection of its own, so that either process may answer. */
  async get(path: string, signal = AbortSignal.timeout(DEADLINE_MS)): Promise<Response> {
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    const response = await fetch(`http://${this.host}${path}`, { client, signal });
    return new Response(await response.arrayBuffer(), response);
  }

  /** The same while one process stands still, to which the kernel may give the connection. */
  async getFromEither(path: string): Promise<Response> {
    for (let attempt = 0; attempt < MAX_CONNECTIONS; attempt++) {
      try {
        return await this.get(path, AbortSignal.timeout(3_000));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
    }
    throw new Error(`nobody answers ${path}`);
  }

  async scrape(): Promise<Map<string, number>> {
    return seriesOf(await (await this.get("/metrics")).text());
  }

  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Its exit code. */
  async ended(): Promise<number> {
    const { code } = await this.#process.status;
    await this.#output;
    return code;
  }

  async #read(): Promise<void> {
    const text = this.#process.stderr.pipeThrough(new TextDecoderStream());
    for await (const part of text) this.#text += part;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    try {
      // The second hurries.
      this.signal("SIGTERM");
      this.signal("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.ended();
  }
}

function ready(log: readonly Line[]): Line[] {
  return log.filter(({ message }) => message === "Process ready");
}
