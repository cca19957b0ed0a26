/**
 * The built library in Node.
 */

import { assertEquals } from "@std/assert";
import { TestServer } from "../helpers/server.ts";

const CLIENT = new URL("../../src/web/dist/client.js", import.meta.url);

/** Speaks, with the WebSocket class as an option and no global one. */
const SCRIPT = `
import { connect } from ${JSON.stringify(CLIENT.href)};
const { WebSocket } = globalThis;
delete globalThis.WebSocket;
let samples = 0;
const session = await connect(process.argv[1], {
  WebSocket,
  onAudio: ({ pcm }) => samples += pcm.length,
});
const utterance = session.say(async function* () {
  yield "Hello from ";
  yield "Node.";
}());
const { text, unheardText, outcome } = await utterance.heard;
const { sampleRate } = session.info;
await session.close();
console.log(JSON.stringify({ text, unheardText, outcome, ms: samples * 1000 / sampleRate }));
`;

function hasNode(): boolean {
  try {
    return new Deno.Command("node", { args: ["--version"] }).outputSync().success;
  } catch {
    console.log("node is not there: the library is not tried in it");
    return false;
  }
}

Deno.test({
  name: "in Node a text is said and heard, and the process can end",
  ignore: !hasNode(),
  async fn() {
    await using server = new TestServer();
    const { stdout, stderr, success } = await new Deno.Command("node", {
      args: [
        "--experimental-websocket",
        "--input-type=module",
        "--eval",
        SCRIPT,
        `http://${server.host}`,
      ],
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(15_000),
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
      text: "Hello from Node.",
      unheardText: "",
      outcome: "completed",
      ms: 100,
    });
  },
});

Deno.test({
  name: "in Node a server that is not there is noticed at once",
  ignore: !hasNode(),
  async fn() {
    const script = `
import { connect } from ${JSON.stringify(CLIENT.href)};
// Longer than the test would wait: only the socket's error can end it.
await connect("http://127.0.0.1:1", { onAudio() {}, timeoutMs: 600_000 }).catch(({ code }) => {
  console.log(code);
});
process.exit();
`;
    const { stdout } = await new Deno.Command("node", {
      args: ["--experimental-websocket", "--input-type=module", "--eval", script],
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(15_000),
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "unreachable\n");
  },
});
