/**
 * What the README tells to write is run as it stands there, but for the server's address.
 */

import { assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { testConfig } from "../helpers/config.ts";
import { TestServer, until } from "../helpers/server.ts";
import { hasBrowser, openPage } from "./helpers/browser.ts";
import { ToneBackend } from "./helpers/tone_backend.ts";

const README = new URL("../../README.md", import.meta.url);

const ADDRESS = "localhost:8081";

const SAID = "Hello, I am Syrinx.";

/** The first block of that language in the section on speaking, for a server that is elsewhere. */
async function block(language: string, host: string): Promise<string> {
  const text = await Deno.readTextFile(README);
  const section = text.slice(text.indexOf("## Speak from a page, from Deno, from Node"));
  const [, code] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(section)!;
  return code!.replaceAll(ADDRESS, host);
}

/** What a program prints. */
async function run(command: string, args: string[], cwd: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(command, {
    args,
    cwd,
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(30_000),
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** Runs a program in a folder of its own. */
async function inFolder(name: string, code: string, use: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/${name}`, code);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function hasNode(): boolean {
  try {
    return new Deno.Command("node", { args: ["--version"] }).outputSync().success;
  } catch {
    console.log("node is not there: the README's lines for it are not tried");
    return false;
  }
}

Deno.test({
  name: "the README's lines for a page speak at a click",
  ignore: !hasBrowser(),
  async fn() {
    const speech = startServer({
      config: testConfig(),
      backend: new ToneBackend(),
    });
    const code = await block("html", `localhost:${speech.address.port}`);
    const pages = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      ({ url }) =>
        new URL(url).pathname === "/"
          ? new Response(`<!doctype html><link rel="icon" href="data:,">${code}`, {
            headers: { "content-type": "text/html" },
          })
          : new Response(null, { status: 404 }),
    );
    try {
      await using open = await openPage(`http://localhost:${pages.addr.port}/`);
      await open.page.click("button");
      await until(() => open.log.length > 0, "the text to be heard", 15_000);
      assertEquals([open.log, open.complaints], [[SAID], []]);
    } finally {
      await pages.shutdown();
      await speech.stop(0);
    }
  },
});

Deno.test("the README's lines for Deno speak", async () => {
  await using server = new TestServer();
  await inFolder("hello.ts", await block("ts", server.host), async (folder) => {
    const args = [
      "run",
      "--quiet",
      "--check",
      "--no-config",
      "--allow-net",
      `--allow-import=${server.host}`,
      `${folder}/hello.ts`,
    ];
    assertEquals(await run(Deno.execPath(), args, folder), SAID);
  });
});

Deno.test({
  name: "the README's lines for Node speak",
  ignore: !hasNode(),
  async fn() {
    await using server = new TestServer();
    await inFolder("hello.mjs", await block("js", server.host), async (folder) => {
      const client = await server.get("/client.js");
      await Deno.writeTextFile(`${folder}/client.mjs`, await client.text());
      // Older ones have no WebSocket without it, later ones take no notice.
      const args = ["--experimental-websocket", "hello.mjs"];
      assertEquals(await run("node", args, folder), SAID);
    });
  },
});
