/**
 * The server as its users start it: its own process, with the permissions of `deno task start`.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { upgradeRequest } from "../helpers/raw_client.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DEADLINE_MS = 30_000;

function start(...flags: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-P=start", "main.ts", "--port=0", ...flags],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Reads until the text has what is looked for; all that was read. */
async function readUntil(stream: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const timer = setTimeout(() => reader.cancel(), DEADLINE_MS);
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`no ${pattern} came: ${text}`);
    text += value;
  }
  clearTimeout(timer);
  reader.releaseLock();
  return text;
}

async function exitOf(process: Deno.ChildProcess): Promise<number> {
  const timer = setTimeout(() => process.kill("SIGKILL"), DEADLINE_MS);
  const { code } = await process.status;
  clearTimeout(timer);
  return code;
}

Deno.test("what cannot be used stops the start with exit code 2, all of it told", async () => {
  const cases: [string[], string[]][] = [
    [["--lead-ms=-1", "--engine=bark", "--log-level=info,sesion=debug"], [
      '--lead-ms: "-1"',
      '--engine: "bark"',
      '--log-level: "info,sesion=debug"',
    ]],
    [["--voice=nobody"], ['VOICE: "nobody"', "slt"]],
    [["--enable-profiling", "--profile-output-dir=/nowhere"], ['PROFILE_OUTPUT_DIR: "/nowhere"']],
    [["--tts-backends=127.0.0.1:7001"], ["TTS_BACKENDS", "start-fleet"]],
    [["--engine=espeak"], ["ENGINE: the engine espeak is not installed", "add --frozen=false"]],
  ];
  await Promise.all(cases.map(async ([flags, expected]) => {
    const { code, stderr } = await start(...flags).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 2, text);
    for (const part of expected) assertStringIncludes(text, part);
    assert(!text.includes("    at "), `a stack trace is no message: ${text}`);
  }));
});

Deno.test("with LOG_FORMAT=json all that is written is JSON lines, from the start to the stop", async () => {
  const process = start("--log-format=json", "--host=0.0.0.0");
  const stdout = new Response(process.stdout).text();
  const [ours, rest] = process.stderr.tee();
  const all = new Response(rest).text();
  await readUntil(ours, /GUARD_CONNECTIONS/);
  process.kill("SIGTERM");
  assertEquals(await exitOf(process), 0);
  assertEquals(await stdout, "");
  const lines = (await all).trim().split("\n").map((line) => JSON.parse(line).message as string);
  assertEquals(lines.map((line) => line.replace(/ who can .*| that never .*/, "")), [
    "Server started",
    "Anyone",
    "Connections",
    "Server draining",
    "Server stopped",
  ]);
});

Deno.test("a client that vanished does not keep the process from its end", async () => {
  const process = start("--ping-timeout-s=600");
  const stderr = new Response(process.stderr).text();
  const welcome = await readUntil(process.stdout, /Try it/);
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(welcome)![1]);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/session`);
  await new Promise((resolve) => socket.onmessage = resolve);
  const raw = await Deno.connect({ port });
  await raw.write(upgradeRequest(`127.0.0.1:${port}`, "/v1/session"));
  await raw.read(new Uint8Array(1_000));
  raw.close();
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  process.kill("SIGTERM");
  assertEquals((await closed).code, 1001);
  assertEquals(await exitOf(process), 0);
  assertStringIncludes(await stderr, "Server stopped");
});
