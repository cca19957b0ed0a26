import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { clientCredentials } from "../../src/grpc/credentials.ts";
import { TtsClient } from "../../src/grpc/tts_client.ts";
import { requestOf, speak, statusOf } from "./worker_helpers.ts";

/** Several clauses: some hundred milliseconds of flite's work. */
const LONG_TEXT = Array.from(
  { length: 12 },
  (_, index) =>
    `This is sentence number ${index}, and it goes on for quite a while before it ends.`,
).join(" ");

const root = new URL("../../", import.meta.url);

/** A worker as a process, with the permissions it has in `deno.json`. */
class WorkerProcess implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-P=tts-worker", "src/tts_worker/main.ts", ...args],
      cwd: root,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = this.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** What it has written by the time that it is ready. */
  async ready(): Promise<string> {
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`it ended: ${await new Response(this.child.stderr).text()}`);
      text += value;
    }
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.child.status;
    await this.#lines.cancel();
    if (!this.child.stderr.locked) await this.child.stderr.cancel();
  }
}

/** The number after some words. */
function numberAfter(words: string, text: string): number {
  return Number(new RegExp(`${words}(\\d+)`).exec(text)?.[1]);
}

Deno.test("a worker speaks, is measured, and finishes its call when it is told to stop", async () => {
  await using worker = new WorkerProcess(["--port", "0", "--threads", "1", "--metrics-port", "0"]);
  const welcome = await worker.ready();
  const port = numberAfter("listens on 127.0.0.1:", welcome);
  const client = new TtsClient(`127.0.0.1:${port}`, clientCredentials());
  try {
    const { engine, maxConcurrentSyntheses, deterministic } = await client.getCapabilities();
    assertEquals({ engine, maxConcurrentSyntheses, deterministic }, {
      engine: "flite",
      maxConcurrentSyntheses: 1,
      deterministic: true,
    });
    const undisturbed = await speak(client, { text: LONG_TEXT });
    assert(undisturbed.kinds.filter((kind) => kind === "audio").length > 5, "it streams");
    assertEquals(undisturbed.words.length, LONG_TEXT.split(" ").length);
    const metrics = `http://127.0.0.1:${numberAfter("metrics: port ", welcome)}/metrics`;
    const text = await (await fetch(metrics)).text();
    assertStringIncludes(text, 'tts_worker_syntheses_total{outcome="completed"} 1\n');
    assertStringIncludes(text, "tts_worker_calls_open 0\n");
    assertStringIncludes(text, 'tts_worker_engine_threads{state="idle"} 1\n');

    const stream = client.synthesize(requestOf({ text: LONG_TEXT }));
    assertEquals((await stream.next()).value?.content.case, "audio");
    worker.child.kill("SIGTERM");
    let totals: number | undefined;
    for await (const { content } of stream) {
      if (content.case === "totals") totals = content.value.samples;
    }
    assertEquals(totals, undisturbed.samples.length);
    assertEquals((await worker.child.status).code, 0);
    assertEquals((await statusOf(speak(client))).code, "UNAVAILABLE");
  } finally {
    client.close();
  }
});

Deno.test("a second signal breaks off what runs", async () => {
  await using worker = new WorkerProcess(["--port", "0", "--threads", "1"]);
  const port = numberAfter("listens on 127.0.0.1:", await worker.ready());
  const client = new TtsClient(`127.0.0.1:${port}`, clientCredentials());
  try {
    const stream = client.synthesize(requestOf({ text: LONG_TEXT.repeat(4) }));
    await stream.next();
    worker.child.kill("SIGTERM");
    worker.child.kill("SIGINT");
    const { code } = await statusOf((async () => {
      for await (const _message of stream);
    })());
    assertEquals(code, "UNAVAILABLE");
    assertEquals((await worker.child.status).code, 0);
  } finally {
    client.close();
  }
});

Deno.test("settings that cannot be used end the process with 2, all of them told", async () => {
  await using worker = new WorkerProcess(["--port", "99999", "--threads", "none"], {
    TTS_WORKER_ENGINE: "bell",
  });
  const text = await new Response(worker.child.stderr).text();
  assertEquals((await worker.child.status).code, 2);
  for (const name of ["--port", "--threads", "TTS_WORKER_ENGINE"]) {
    assertStringIncludes(text, `${name}: `);
  }
});

Deno.test("a port that is taken ends the process with 2", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await using worker = new WorkerProcess(["--port", `${port}`, "--threads", "1"]);
  const text = await new Response(worker.child.stderr).text();
  assertEquals((await worker.child.status).code, 2);
  assertStringIncludes(text, `cannot listen on 127.0.0.1:${port}`);
});
