import { parse, stringify } from "yaml";
import type { PrometheusTools } from "./prometheus_tools.ts";
import { ALERTS_FILE } from "./expressions.ts";

/** Longest wait for anything, in ms. */
const TIMEOUT_MS = 15_000;

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** NaN where Prometheus says so. */
  readonly value: number;
  /** When it was measured, in s since 1970. */
  readonly at: number;
}

/** A real Prometheus on a free port that scrapes, and evaluates alerts.yml, once a second. */
export class PrometheusProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #log: Promise<void>;
  readonly #api: string;

  private constructor(
    child: Deno.ChildProcess,
    folder: string,
    { log, address }: { log: Promise<void>; address: string },
  ) {
    this.#child = child;
    this.#folder = folder;
    this.#log = log;
    this.#api = `http://${address}/api/v1`;
  }

  /** @param targets `host:port` of the servers, scraped as the job `syrinx`. */
  static async start(
    { prometheus }: PrometheusTools,
    targets: readonly string[],
  ): Promise<PrometheusProcess> {
    const folder = await Deno.makeTempDir();
    await writeConfig(folder, targets);
    const child = new Deno.Command(prometheus, {
      args: [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        "--web.listen-address=127.0.0.1:0",
        "--enable-feature=exemplar-storage",
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const address = Promise.withResolvers<string>();
    const log = readLog(child.stderr, address);
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    try {
      return new PrometheusProcess(child, folder, { log, address: await address.promise });
    } catch (error) {
      await child.status;
      await Deno.remove(folder, { recursive: true });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What an expression is now. Throws with Prometheus's own words when it cannot be evaluated. */
  async query(expr: string): Promise<Series[]> {
    const { resultType, result } = await this.get("query", { query: expr });
    const series: { metric: Record<string, string>; value: [number, string] }[] =
      resultType === "vector" ? result : [{ metric: {}, value: result }];
    return series.map(({ metric, value: [at, value] }) => ({ metric, at, value: Number(value) }));
  }

  /** The `data` of an answer of the HTTP API. */
  // deno-lint-ignore no-explicit-any
  async get(path: string, parameters: Record<string, string> = {}): Promise<any> {
    const response = await fetch(`${this.#api}/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json();
    if (status !== "success") throw new Error(`${parameters.query ?? path}: ${error}`);
    return data;
  }

  /** Waits until an expression has a series; fails after 15 s. */
  async until(expr: string): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while ((await this.query(expr)).length === 0) {
      if (performance.now() > deadline) throw new Error(`no ${expr}: ${await this.#state()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What Prometheus says of its targets. */
  async #state(): Promise<string> {
    const { activeTargets } = await this.get("targets");
    return JSON.stringify(activeTargets, ["scrapeUrl", "health", "lastError"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#log;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function writeConfig(folder: string, targets: readonly string[]): Promise<void> {
  const rules: { groups: { interval: string }[] } = parse(await Deno.readTextFile(ALERTS_FILE));
  for (const group of rules.groups) group.interval = "1s";
  await Deno.writeTextFile(`${folder}/alerts.yml`, stringify(rules));
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    rule_files: ["alerts.yml"],
    scrape_configs: [{ job_name: "syrinx", static_configs: [{ targets }] }],
  };
  await Deno.writeTextFile(`${folder}/prometheus.yml`, stringify(config));
}

/** Reads all of the log, finds the address in it, and reports an end before that. */
async function readLog(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  address: PromiseWithResolvers<string>,
): Promise<void> {
  let log = "";
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    log += text;
    const match = /msg="Listening on" address=(\S+)[^]*msg="Server is ready/.exec(log);
    if (match !== null) address.resolve(match[1]!);
  }
  address.reject(new Error(`Prometheus ended:\n${log}`));
}
