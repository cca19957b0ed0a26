/**
 * sherpa as its users get it: added to a checkout, with threads, a server and its permissions.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { INSTALL_COMMAND } from "../../src/engines/sherpa/mod.ts";
import { WsClient } from "../helpers/ws_client.ts";
import { install, mayInstall } from "./sherpa_install.ts";
import { TOKEN_SAMPLES, writeTinyModel } from "./sherpa_models.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DEADLINE_MS = 60_000;

/** What onnxruntime writes when memory that it works in is gone. */
const MEMORY_IS_GONE = "onnxruntime";

/** A copy of the checkout with the engine in it; undefined if that cannot be had. */
async function copyCheckout(): Promise<string | undefined> {
  if (!await mayInstall()) return;
  const copy = Deno.makeTempDirSync({ prefix: "syrinx-checkout-" });
  for (const name of ["main.ts", "deno.json", "deno.lock"]) {
    Deno.copyFileSync(ROOT + name, `${copy}/${name}`);
  }
  copyFolder(`${ROOT}src`, `${copy}/src`);
  copyFolder(`${ROOT}tests/engines`, `${copy}/tests/engines`);
  copyFolder(`${ROOT}tests/backends`, `${copy}/tests/backends`);
  copyFolder(`${ROOT}tests/helpers`, `${copy}/tests/helpers`);
  if (await install(INSTALL_COMMAND, copy)) return copy;
  Deno.removeSync(copy, { recursive: true });
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

/** What `docs/engines.md` tells users to add to the permissions. */
function addPermissions(copy: string): void {
  const packages = [...Deno.readDirSync(`${copy}/node_modules/.deno`)].map(({ name }) => name);
  const native = packages.find((name) => /^sherpa-onnx-(linux|darwin|win)-/.test(name));
  const config = JSON.parse(Deno.readTextFileSync(`${copy}/deno.json`));
  config.permissions.start.read.push("./models");
  config.permissions.start.ffi = [`./node_modules/.deno/${native}`];
  Deno.writeTextFileSync(`${copy}/deno.json`, JSON.stringify(config));
}

function deno(copy: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: copy,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).spawn();
}

function startServer(copy: string, ...flags: string[]): Deno.ChildProcess {
  return deno(copy, "run", "--quiet", "-P=start", "main.ts", "--engine=sherpa", ...flags);
}

async function textOf(bytes: Promise<Uint8Array> | Uint8Array): Promise<string> {
  return new TextDecoder().decode(await bytes);
}

Deno.test("sherpa in a checkout", async (t) => {
  const copy = await copyCheckout();
  if (copy === undefined) {
    console.log("sherpa-onnx-node cannot be installed here: what needs it is not tested");
    await t.step({ name: "(sherpa cannot be installed here)", ignore: true, fn: () => {} });
    return;
  }
  try {
    const quick = `${copy}/models/quick`;
    const slow = `${copy}/models/slow`;
    writeTinyModel(quick, { kind: "characters" });
    writeTinyModel(slow, { kind: "characters", slowness: 60 });
    await testThreads(t, copy, quick, slow);
    await testPermissions(t, copy, quick);
    await testServer(t, copy, slow);
  } finally {
    Deno.removeSync(copy, { recursive: true });
  }
});

async function testThreads(
  t: Deno.TestContext,
  copy: string,
  quick: string,
  slow: string,
): Promise<void> {
  await t.step("threads speak, are cancelled, given up and closed: sherpa_threads.ts", async () => {
    const suite = "tests/engines/sherpa_threads.ts";
    const process = deno(copy, "test", "-A", "--quiet", suite, "--", quick, slow);
    const { code, stdout, stderr } = await process.output();
    const output = await textOf(stdout) + await textOf(stderr);
    assertEquals(code, 0, output);
    assertStringIncludes(output, "4 passed");
    assert(!output.includes(MEMORY_IS_GONE), output);
  });
}

async function testPermissions(
  t: Deno.TestContext,
  copy: string,
  model: string,
): Promise<void> {
  await t.step("without its permissions the server tells what is missing", async () => {
    for (
      const [flags, expected] of [
        [[], "MODEL_DIR: the engine sherpa needs a folder with a model"],
        [[`--model-dir=${model}`], "the program has no permission"],
      ] as const
    ) {
      const { code, stderr } = await startServer(copy, "--port=0", ...flags).output();
      assertEquals(code, 2);
      assertStringIncludes(await textOf(stderr), expected);
    }
    const read = ["--allow-read=src,models"];
    const args = ["run", "--quiet", "-P=start", ...read, "main.ts", "--engine=sherpa"];
    const { code, stderr } = await deno(copy, ...args, `--model-dir=${model}`).output();
    assertEquals(code, 2);
    assertStringIncludes(await textOf(stderr), "it is native code, which takes --allow-ffi");
  });
}

async function testServer(t: Deno.TestContext, copy: string, model: string): Promise<void> {
  await t.step("the server speaks with it, and ends well while the model is at work", async () => {
    addPermissions(copy);
    const server = startServer(copy, "--port=0", `--model-dir=${model}`);
    const stderr = new Response(server.stderr).bytes();
    const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let welcome = "";
    while (!welcome.includes("/v1/session)")) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`it ended: ${await textOf(stderr)}`);
      welcome += value;
    }
    const url = /ws:\/\/[^)]+/.exec(welcome)![0];
    const client = new WsClient(`${url}?sample_rate=16000&encoding=pcm_s16le`);
    try {
      await client.next("session_started");
      client.send({ type: "text", text: "Hello there.", final: true });
      const { duration_ms, outcome } = await client.next("utterance_ended");
      assertEquals([outcome, duration_ms], ["completed", 12 * TOKEN_SAMPLES / 16]);
      assertEquals(client.audioBytes, 12 * TOKEN_SAMPLES * 2);

      client.send({ type: "text", text: "And so it goes on. ".repeat(20), final: true });
      await client.next("audio");
      client.send({ type: "barge_in" });
      await client.next("barge_in");
      // The model is at its next sentence, of which nobody wants to hear.
    } finally {
      client.close();
      server.kill("SIGTERM");
    }
    const { code } = await server.status;
    await lines.cancel();
    assertEquals(code, 0, await textOf(stderr));
    assert(!(await textOf(stderr)).includes(MEMORY_IS_GONE), await textOf(stderr));
  });
}
