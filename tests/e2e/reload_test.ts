/** SIGHUP: what changes without touching a session, on a real process. */

import { assertEquals, assertMatch } from "@std/assert";
import { until } from "../helpers/server.ts";
import { WsClient } from "../helpers/ws_client.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

const [OLD_KEY, NEW_KEY, ADMIN_KEY] = [
  "old-key-1234567890",
  "new-key-1234567890",
  "admin-1234567890",
];

/** A server with a file of settings. */
class ReloadedServer implements AsyncDisposable {
  readonly #file: string;
  readonly #process: Deno.ChildProcess;
  log = "";

  private constructor(file: string) {
    this.#file = file;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", "main.ts", "--port=0", `--settings-file=${file}`],
      cwd: ROOT,
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#read();
  }

  static async start(settings: Record<string, string>): Promise<ReloadedServer> {
    const file = await Deno.makeTempFile();
    await write(file, settings);
    const server = new ReloadedServer(file);
    await server.logs(/Server started/);
    return server;
  }

  get port(): string {
    return /Server started .*port=(\d+)/.exec(this.log)![1]!;
  }

  /** Changes the file, and has the server read it. */
  async reload(settings: Record<string, string>): Promise<void> {
    this.log = this.log.replaceAll("eloaded", "");
    await write(this.#file, settings);
    this.#process.kill("SIGHUP");
  }

  async logs(pattern: RegExp): Promise<void> {
    await until(() => pattern.test(this.log), `${pattern} to be logged`, 30_000);
  }

  async statusOf(path: string, key: string): Promise<number> {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
    await response.body?.cancel();
    return response.status;
  }

  async #read(): Promise<void> {
    const text = this.#process.stderr.pipeThrough(new TextDecoderStream());
    for await (const chunk of text) this.log += chunk;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await Deno.remove(this.#file);
  }
}

function write(file: string, settings: Record<string, string>): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return Deno.writeTextFile(file, lines.join("\n"));
}

Deno.test("at SIGHUP keys and log levels are others, and a session that speaks notices nothing", async () => {
  const before = { API_KEYS: OLD_KEY, ADMIN_KEYS: ADMIN_KEY, LEAD_MS: "200" };
  await using server = await ReloadedServer.start(before);
  const client = new WsClient(`ws://127.0.0.1:${server.port}/v1/session?token=${OLD_KEY}`);
  await client.next("session_started");
  client.send({ type: "text", text: "This goes on while the keys change. ", final: false });
  await client.next("audio");

  const after = { API_KEYS: NEW_KEY, ADMIN_KEYS: NEW_KEY, LOG_LEVEL: "debug", LEAD_MS: "500" };
  await server.reload(after);
  await server.logs(/Settings that differ take a restart settings=LEAD_MS/);
  const answers = [OLD_KEY, NEW_KEY].map((key) => server.statusOf("/v1/voices", key));
  assertEquals(await Promise.all(answers), [401, 200]);
  const admins = [ADMIN_KEY, NEW_KEY].map((key) => server.statusOf("/metrics", key));
  assertEquals(await Promise.all(admins), [401, 200]);
  client.send({ type: "text", text: "And on.", final: true });
  assertEquals((await client.next("utterance_ended")).outcome, "completed");
  assertMatch(server.log, /DEBUG/);
  client.close();
  await client.closed;

  await server.reload({ ...after, LOG_LEVEL: "loud" });
  await server.logs(/Settings were not reloaded error="LOG_LEVEL: \\"loud\\" is not allowed/);
  await server.reload({ ...after, LOG_LEVLE: "info" });
  await server.logs(/LOG_LEVLE is no setting that can stand there/);
  assertEquals(await server.statusOf("/v1/voices", NEW_KEY), 200);
});
