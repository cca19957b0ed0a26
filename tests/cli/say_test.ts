/**
 * `deno task say` as a process, against a server in this one.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { parseWav, type WavInfo } from "../../src/lib/pcm/wav.ts";
import type { ServerMessage } from "../../src/cli/messages.ts";
import { TestServer, until } from "../helpers/server.ts";
import { runSay, SayProcess, type SayResult, TempDir } from "./say_process.ts";

function urlOf(server: TestServer): string {
  return `--url=ws://${server.host}/v1/session`;
}

async function readWav(path: string): Promise<WavInfo> {
  return parseWav(await Deno.readFile(path));
}

/** The messages that `--json` printed. */
function messagesOf({ stdout }: SayResult): ServerMessage[] {
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line));
}

function ofType<T extends ServerMessage["type"]>(
  messages: readonly ServerMessage[],
  type: T,
): Extract<ServerMessage, { type: T }>[] {
  return messages.filter((message) => message.type === type) as Extract<
    ServerMessage,
    { type: T }
  >[];
}

/** Samples of all sentences, by what the server said of their durations. */
function toldSamples(messages: readonly ServerMessage[], sampleRate: number): number {
  const ended = ofType(messages, "sentence_ended");
  return ended.reduce((sum, { duration_ms }) => sum + duration_ms * sampleRate / 1000, 0);
}

/** Text that was spoken, in the order in which it was. */
function spokenText(server: TestServer): string {
  return server.backend.requests.map(({ text }) => text).join(" ");
}

function sentences(count: number): string {
  return Array.from({ length: count }, (_, index) => `This is sentence number ${index}.`).join(" ");
}

for (const encoding of ["pcm_s16le", "mulaw", "alaw"] as const) {
  Deno.test(`a WAV file in ${encoding} has all the audio, to the sample`, async () => {
    await using server = new TestServer({
      script: (_, call) => [{ audioMs: 101.3 + call }],
    });
    await using dir = new TempDir();
    const out = dir.file("x.wav");
    const result = await runSay({
      args: [
        urlOf(server),
        "--json",
        `--out=${out}`,
        `--encoding=${encoding}`,
        "--sample-rate=22050",
        "Hello there.",
        "How are you? I am well.",
      ],
    });
    assertEquals(result.code, 0, result.stderr);
    const messages = messagesOf(result);
    const wav = await readWav(out);
    assertEquals([wav.format, wav.sampleRate, wav.channels], [encoding, 22_050, 1]);
    const samples = wav.data.length / (encoding === "pcm_s16le" ? 2 : 1);
    assertEquals(samples, Math.round(toldSamples(messages, 22_050)));
    // The sizes in the header are those of the file.
    const bytes = await Deno.readFile(out);
    assertEquals(new DataView(bytes.buffer).getUint32(4, true), bytes.length - 8);
    assertEquals(spokenText(server), "Hello there. How are you? I am well.");
  });
}

Deno.test("progress goes sentence by sentence, with a summary; --quiet leaves it out", async () => {
  await using server = new TestServer();
  await using dir = new TempDir();
  const args = [urlOf(server), `--out=${dir.file("x.wav")}`, "One. Two."];
  const { stderr } = await runSay({ args });
  const lines = stderr.trimEnd().split("\n");
  assertEquals(lines.slice(0, 2), ["0:00.0  One.", "0:00.1  Two."]);
  assertMatch(
    lines[2]!,
    /^2 sentences, 0 failed, 0:00.2 of audio, first audio after \d+ ms, \d+\.\d s in all$/,
  );
  const quiet = await runSay({ args: [...args, "--quiet"] });
  assertEquals([quiet.code, quiet.stderr], [0, ""]);
});

Deno.test("--voice and --speed reach the engine", async () => {
  await using server = new TestServer();
  const args = [urlOf(server), "--out=-", "--voice=two", "--speed=1.5", "Hello."];
  const { code, stdout } = await runSay({ args });
  assertEquals(code, 0);
  const [request] = server.backend.requests;
  assertEquals([request?.voice, request?.speed], ["two", 1.5]);
  assertEquals(parseWav(stdout).data.length, 2 * 1_600);
});

Deno.test("piped text is spoken line by line as it comes, exactly as it is", async () => {
  await using server = new TestServer({ config: { stallMs: 50 } });
  await using say = new SayProcess({ args: [urlOf(server), "--json"] });
  for (const line of ["The first line.\n", "A second, with \u{1f600} and ümläut\n", "  end."]) {
    await say.write(line);
    const words = /[a-z]+/i.exec(line)![0];
    // Without this line being spoken, the next one is never written.
    await until(() => spokenText(server).includes(words), line, 30_000);
  }
  await say.endInput();
  const result = await say.result();
  assertEquals(result.code, 0, result.stderr);
  const [ended] = ofType(messagesOf(result), "utterance_ended");
  const text = "The first line.\nA second, with \u{1f600} and ümläut\n  end.";
  assertEquals(ended?.characters, text.length);
  assertEquals(ofType(messagesOf(result), "utterance_started").length, 1);
});

Deno.test("a pipe that is silent for long does not end the session", async () => {
  await using server = new TestServer({ config: { idleTimeoutMs: 1_000 } });
  await using say = new SayProcess({ args: [urlOf(server), "--out=-", "--quiet"] });
  await until(() => server.server.stats.sessions === 1, "a session", 30_000);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  await say.write("Hello.");
  await say.endInput();
  const { code, stderr } = await say.result();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("characters whose bytes come apart stay whole", async () => {
  await using server = new TestServer();
  await using dir = new TempDir();
  const path = dir.file("text.txt");
  // Files are read in blocks of 64 KiB: the characters of 3 bytes do not fit in evenly.
  const text = `${"日本語".repeat(20)}。`.repeat(500);
  await Deno.writeTextFile(path, text);
  const result = await runSay({ args: [urlOf(server), `--file=${path}`, "--out=-", "-q"] });
  assertEquals([result.code, result.stderr], [0, ""]);
  const spoken = spokenText(server);
  assertEquals(spoken.replaceAll(/[。.\s]/g, ""), text.replaceAll("。", ""));
});

const refusingServers = {
  overloaded: {
    config: { maxTextCharacters: 1_000, maxPendingCharacters: 3_000, workers: 1 },
    script: steadyScript({ firstAudioMs: 1, audioMs: 20 }),
  },
  rate_limited: {
    config: { maxTextCharacters: 300, maxMessagesPerSecond: 40 },
    script: steadyScript({ audioMs: 20 }),
  },
};

for (const [code, options] of Object.entries(refusingServers)) {
  Deno.test(`a long text that meets ${code} is said once, whole and in order`, async () => {
    await using server = new TestServer(options);
    await using dir = new TempDir();
    const out = dir.file("x.wav");
    const text = sentences(1_100);
    assert(text.length > 30_000);
    const result = await runSay({ args: [urlOf(server), "--json", `--out=${out}`] }, text);
    assertEquals(result.code, 0, result.stderr);
    const messages = messagesOf(result);
    const refusals = new Set(ofType(messages, "error").map((error) => error.code));
    assertEquals([...refusals], [code]);
    assertEquals(spokenText(server), text);
    const characters = ofType(messages, "utterance_ended").map((ended) => ended.characters);
    assertEquals(characters, [text.length]);
    assertEquals((await readWav(out)).data.length / 2, toldSamples(messages, 16_000));
  });
}

Deno.test("a text longer than an utterance goes on in the next, cut between words", async () => {
  await using server = new TestServer({ config: { maxUtteranceCharacters: 1_000 } });
  const text = sentences(100);
  const result = await runSay({ args: [urlOf(server), "--out=-", "-q", text] });
  assertEquals(result.code, 0, result.stderr);
  assertEquals(spokenText(server).split(/\s+/), text.split(" "));
});

Deno.test("a sentence that fails is shown, and the rest is said", async () => {
  await using server = new TestServer({
    script: (_, call) => call === 1 ? [{ fail: "no breath" }] : [{ audioMs: 100 }],
  });
  const args = [urlOf(server), "--out=-", "--quiet", "One. Two. Three."];
  const { code, stdout, stderr } = await runSay({ args });
  assertEquals(code, 0);
  assertMatch(stderr, /^say: sentence 1 could not be spoken: .*no breath\n$/);
  assertEquals(parseWav(stdout).data.length, 2 * 3_200);
});

Deno.test("when nothing could be said, the exit code is 1", async () => {
  await using server = new TestServer({ script: () => [{ fail: "no breath" }] });
  const { code, stderr } = await runSay({ args: [urlOf(server), "--out=-", "Hello."] });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "1 sentence, 1 failed, 0:00.0 of audio, no audio");
});

Deno.test("no text at all is nothing to say: an empty WAV file", async () => {
  await using server = new TestServer();
  await using dir = new TempDir();
  const out = dir.file("x.wav");
  const { code } = await runSay({ args: [urlOf(server), `--out=${out}`] });
  assertEquals(code, 0);
  assertEquals((await readWav(out)).data.length, 0);
});

Deno.test("a player is given exactly the samples", async () => {
  await using server = new TestServer({ script: (_, call) => [{ audioMs: 150, mark: call + 1 }] });
  await using dir = new TempDir();
  await dir.addPlayer("aplay");
  await dir.addPlayer("play", "echo the wrong player; exit 1");
  const args = [urlOf(server), "Hello there. How are you?"];
  const { code, stderr } = await runSay({ args, path: dir.path });
  assertEquals(code, 0, stderr);
  const played = await Deno.readFile(dir.file("played"));
  const wav = await runSay({ args: [...args, "--out=-"] });
  // The marks of the second run go on counting; all else is the same.
  const samples = new Int16Array(played.buffer);
  const expected = new Int16Array(parseWav(wav.stdout).data.slice().buffer);
  assertEquals(samples.length, 2 * 150 * 16);
  assertEquals(
    samples.map((value, index) => index % 2 === 0 ? value + 2 : value),
    expected,
  );
  const playerArgs = await Deno.readTextFile(dir.file("arguments"));
  assertStringIncludes(playerArgs, "-t raw -f S16_LE -r 16000 -c 1");
});

Deno.test("a player that fails is named, and what to do about it", async () => {
  await using server = new TestServer();
  await using dir = new TempDir();
  await dir.addPlayer("play", "exit 3");
  const { code, stderr } = await runSay({ args: [urlOf(server), "Hello."], path: dir.path });
  assertEquals(code, 1);
  assertMatch(stderr, /say: play .*\(exit code 3\); try another --player .*or --out FILE\.wav/);
});

Deno.test("without a player, one line says so, and the text is said", async () => {
  await using server = new TestServer();
  const { code, stderr } = await runSay({ args: [urlOf(server), "Hello."] });
  assertEquals(code, 0);
  assertStringIncludes(stderr, "say: nothing to play with: ffplay, pacat, aplay, play is not");
  assertStringIncludes(stderr, "--out FILE.wav");
  assertStringIncludes(stderr, "0:00.0  Hello.");
});

Deno.test("Ctrl-C tells what was heard and what was not", async () => {
  await using server = new TestServer({ script: () => [{ audioMs: 1_000 }] });
  await using dir = new TempDir();
  await dir.addPlayer("ffplay");
  await using say = new SayProcess({
    args: [urlOf(server), "--json", "First sentence. Second sentence. Third sentence."],
    path: dir.path,
  });
  await say.shows("Second sentence.");
  say.interrupt();
  const result = await say.result();
  assertEquals(result.code, 130);
  const [report] = ofType(messagesOf(result), "barge_in");
  assertEquals(report?.estimated, false);
  const { played_ms, heard_text, unheard_text } = report!;
  assert(played_ms > 400 && played_ms < 3_000, String(played_ms));
  assertEquals(heard_text + unheard_text, "First sentence. Second sentence. Third sentence.");
  assertMatch(result.stderr, /Interrupted after 0:0\d\.\d\.\nHeard \(\d+ characters\): /);
  assertMatch(result.stderr, /Not heard \(\d+ characters\): .*Third sentence\.\n/);
  assertEquals(server.backend.counts.active, 0);
});

Deno.test("Ctrl-C leaves a whole WAV file, and counts what was never sent as not heard", async () => {
  await using server = new TestServer({
    config: {
      maxTextCharacters: 100,
      maxPendingCharacters: 200,
      lookaheadSentences: 1,
      workers: 1,
    },
    script: (_, call) => call < 3 ? [{ audioMs: 100 }] : [{ stall: true }],
  });
  await using dir = new TempDir();
  const out = dir.file("x.wav");
  const text = sentences(100);
  await using say = new SayProcess({ args: [urlOf(server), "--json", `--out=${out}`, text] });
  await say.shows("sentence number 2.");
  await until(() => server.facts.some(({ type }) => type === "refused"), "a refusal");
  say.interrupt();
  const result = await say.result();
  assertEquals(result.code, 130);
  const [, heard, unheard] = /Heard \((\d+) .*\nNot heard \((\d+) /.exec(result.stderr)!;
  assertEquals(Number(heard) + Number(unheard), text.length);
  assertEquals((await readWav(out)).data.length / 2, 3 * 1_600);
  const bytes = await Deno.readFile(out);
  assertEquals(new DataView(bytes.buffer).getUint32(40, true), 3 * 3_200);
});

Deno.test("a second Ctrl-C ends it at once, and the WAV file is still whole", async () => {
  // A server that starts a session and then never answers.
  await using dir = new TempDir();
  const out = dir.file("x.wav");
  const sockets: WebSocket[] = [];
  const server = Deno.serve({ port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "syrinx.v1" });
    sockets.push(socket);
    socket.onopen = () => socket.send(JSON.stringify(fakeGreeting));
    socket.onmessage = ({ data }) => {
      if (JSON.parse(data).type === "text") socket.send(new Uint8Array(320));
    };
    return response;
  });
  try {
    await using say = new SayProcess({
      args: [`--url=ws://127.0.0.1:${server.addr.port}`, `--out=${out}`, "Hello."],
    });
    await until(() => sizeOf(out) > 44, "audio in the file", 30_000);
    say.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 200));
    say.interrupt();
    assertEquals((await say.result()).code, 130);
    const bytes = await Deno.readFile(out);
    assertEquals(new DataView(bytes.buffer).getUint32(40, true), 320);
  } finally {
    for (const socket of sockets) socket.close();
    await server.shutdown();
  }
});

const fakeGreeting = {
  type: "session_started",
  session_id: "x",
  protocol: 1,
  encoding: "pcm_s16le",
  sample_rate: 16_000,
  limits: {
    max_text_characters: 100,
    max_utterance_characters: 1_000,
    max_pending_characters: 1_000,
    max_message_bytes: 10_000,
    idle_timeout_ms: 10_000,
  },
};

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

Deno.test("bad flags are all listed, with exit code 2", async () => {
  const args = ["--voise=x", "--speed=3", "--encoding=opus", "--url=http://x", "--key", "Hello"];
  const { code, stderr } = await runSay({ args: [...args, "--sample-rate=9"] });
  assertEquals(code, 2);
  assertEquals(stderr.trimEnd().split("\n"), [
    "--voise=x: there is no such flag; --help lists them, -- ends them",
    '--url: "http://x" is not allowed; it takes a ws:// or wss:// URL',
    '--speed: "3" is not allowed; it takes a number from 0.5 to 2',
    '--encoding: "opus" is not allowed; it takes pcm_s16le, mulaw, alaw',
    '--sample-rate: "9" is not allowed; it takes 8000, 16000, 22050, 24000, 44100, 48000',
  ]);
  const missing = await runSay({ args: ["--file=/nowhere/x.txt"] });
  assertEquals(missing.code, 2);
  assertMatch(missing.stderr, /^--file: "\/nowhere\/x\.txt" cannot be read: .*\n$/);
});

Deno.test("--help explains every flag", async () => {
  const { code, stdout } = await runSay({ args: ["--help"] });
  assertEquals(code, 0);
  const help = new TextDecoder().decode(stdout);
  for (const flag of ["file", "out", "url", "voice", "speed", "key", "json", "quiet"]) {
    assertStringIncludes(help, `--${flag}`);
  }
});

Deno.test("no server: one line says how to start it", async () => {
  const { code, stderr } = await runSay({ args: ["--url=ws://127.0.0.1:1", "Hello."] });
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "say: cannot connect to ws://127.0.0.1:1/v1/session: is the server running? " +
      "Start it with: npx --yes deno@2.9.6 task start\n",
  );
});

Deno.test("a refusal is told in the server's words", async () => {
  await using server = new TestServer({ config: { maxSessions: 1 } });
  const bad = await runSay({ args: [urlOf(server), "--voice=three", "Hello."] });
  assertEquals(bad.code, 1);
  assertMatch(bad.stderr, /refused \(HTTP 400\): voice cannot be "three"; allowed: one, two\n$/);
  await server.connect();
  const full = await runSay({ args: [urlOf(server), "Hello."] });
  assertEquals(full.code, 1);
  assertMatch(full.stderr, /refused \(HTTP 503\): as many sessions .*; try again in 5 s\n$/);
});

Deno.test("a key is shown from the flag or the environment, and asked for without", async () => {
  const key = "k-0123456789abcdef";
  await using server = new TestServer({ config: { apiKeys: [key] } });
  const args = [urlOf(server), "--out=-", "Hello."];
  const without = await runSay({ args });
  assertEquals(without.code, 1);
  assertMatch(without.stderr, /refused \(HTTP 401\): a valid key is needed/);
  assertEquals((await runSay({ args: [...args, `--key=${key}`] })).code, 0);
  assertEquals((await runSay({ args, env: { SYRINX_KEY: key } })).code, 0);
});

Deno.test("a server that goes away is told of, and what has come is kept", async () => {
  const server = new TestServer({ script: (_, call) => call === 0 ? [{ audioMs: 100 }] : stall() });
  await using dir = new TempDir();
  const out = dir.file("x.wav");
  await using say = new SayProcess({ args: [urlOf(server), `--out=${out}`, "One. Two."] });
  await say.shows("One.");
  await server.server.stop(0);
  const { code, stderr } = await say.result();
  assertEquals(code, 1);
  assertMatch(stderr, /say: (the server interrupted|the connection ended)/);
  assertEquals((await readWav(out)).data.length, 3_200);
});

function stall() {
  return [{ stall: true }] as const;
}
