/**
 * What is served to browsers is what the source says.
 */

import { assert, assertEquals } from "@std/assert";
import { build } from "../../src/web/build.ts";
import * as source from "../../src/web/client/mod.ts";

const DIST = new URL("../../src/web/dist/", import.meta.url);

/** Bytes that files may take on their way to a browser. */
const MAX_BYTES = {
  "client.js": 12_000,
  "console.js": 22_000,
  "voice_worklet.js": 2_000,
  "console.css": 5_000,
};

/** A program that uses all of the library's types, as a page and as a program without a page. */
const PAGE = `/// <reference lib="dom" />
import { attachVoice, connect, type Session, SyrinxError, type Voice } from "./client.js";
const context = new AudioContext();
const session: Session = await connect("/", {
  audioContext: context,
  destination: context.createAnalyser(),
  WebSocket,
  token: "key",
});
const utterance = session.say("Hello.");
session.on("word", ({ start, end, utterance }) => console.log(utterance.text.slice(start, end)));
utterance.on("ended", ({ text }: { text: string }) => console.log(text));
const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
const voice: Voice = await attachVoice(session, { stream, audioContext: context });
voice.on("bargeIn", ({ latencyMs }) => console.log(latencyMs.toFixed()));
const { heardText }: { heardText: string } = await session.bargeIn(utterance);
try {
  session.say(heardText);
} catch (error) {
  if (error instanceof SyrinxError) console.log(error.code);
}
`;
const PROGRAM = `import { connect } from "./client.js";
const session = await connect("ws://localhost:8081", {
  WebSocket,
  onAudio: ({ pcm, played }) => played(pcm.length),
});
await session.close();
`;

Deno.test("dist is what the build makes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await build(new URL(`file://${folder}/`));
    const built = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const kept = [...Deno.readDirSync(DIST)].map(({ name }) => name).sort();
    assertEquals(kept, built);
    for (const name of built) {
      const fresh = await Deno.readTextFile(`${folder}/${name}`);
      const old = await Deno.readTextFile(new URL(name, DIST));
      assert(fresh === old, `${name} is not current: run deno task web`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the client library and the console are small", async () => {
  for (const [name, most] of Object.entries(MAX_BYTES)) {
    const { body } = new Response(await Deno.readFile(new URL(name, DIST)));
    const zipped = body!.pipeThrough(new CompressionStream("gzip"));
    const { byteLength } = await new Response(zipped).arrayBuffer();
    assert(byteLength < most, `${name}: ${byteLength} bytes`);
  }
});

Deno.test("the built library exports what its source does, and its types say so", async () => {
  const built = await import(new URL("client.js", DIST).href);
  assertEquals(Object.keys(built).sort(), Object.keys(source).sort());
  const types = await Deno.readTextFile(new URL("client.d.ts", DIST));
  const declared = types.matchAll(/export declare (?:function|class|const) (\w+)/g);
  assertEquals([...declared].map(([, name]) => name).sort(), Object.keys(source).sort());
});

Deno.test("the types fit a page's and a program's", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["client.d.ts", "client.js"]) {
      await Deno.copyFile(new URL(name, DIST), `${folder}/${name}`);
    }
    const library = '// @ts-self-types="./client.d.ts"\n';
    const code = await Deno.readTextFile(`${folder}/client.js`);
    await Deno.writeTextFile(`${folder}/client.js`, library + code);
    for (const [name, text] of [["page.ts", PAGE], ["program.ts", PROGRAM]]) {
      await Deno.writeTextFile(`${folder}/${name}`, text!);
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "--quiet", "--no-config", `${folder}/${name}`],
        stderr: "piped",
      }).output();
      assert(success, new TextDecoder().decode(stderr));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
