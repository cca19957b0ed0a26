import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { runClient, startClient, testWithClients } from "../helpers/vendor_clients.ts";

/** Runs `use` with a program of that text. */
async function withProgram(text: string, use: (program: URL) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".mjs" });
  try {
    await Deno.writeTextFile(path, text);
    await use(new URL(`file://${path}`));
  } finally {
    await Deno.remove(path);
  }
}

const ECHO = `
  import { Steering } from "./steering.mjs";
  const echo = ({ text }) => ({ text });
  new Steering({ createClient: (options) => ({ options }), commands: { echo } }).run();
`;

testWithClients("a client answers each command, and what it cannot do fails", async () => {
  await withProgram(ECHO, async (program) => {
    const commands = [
      { do: "echo", id: "a", text: "Hello." },
      { do: "sing", id: "b" },
      { do: "call", id: "c", method: "stop" },
    ];
    const { answers, code } = await runClient(program, { commands });
    assertEquals(answers[0], { type: "done", do: "echo", id: "a", text: "Hello." });
    assertEquals(answers.slice(1).map(({ type, id, error }) => [type, id, error.message]), [
      ["failed", "b", 'there is no command "sing"'],
      ["failed", "c", 'there is no "c"'],
    ]);
    assertEquals(code, 0);
  });
});

testWithClients("an event is given out once, and others stay for who asks for them", async () => {
  await withProgram(ECHO, async (program) => {
    await using client = await startClient(program);
    for (const text of ["one", "two", "three"]) client.send({ do: "echo", id: text, text });
    assertEquals((await client.next("done", { id: "three" })).text, "three");
    assertEquals((await client.next("done")).text, "one");
    assertEquals((await client.next("done")).text, "two");
    assertEquals(client.of("done").length, 3);
  });
});

testWithClients("a client that goes on for ever is killed at the end of its test", async () => {
  const endless = `
    console.log(JSON.stringify({ type: "started", pid: process.pid }));
    setInterval(() => {}, 1_000);
  `;
  await withProgram(endless, async (program) => {
    let pid: number;
    {
      await using client = await startClient(program);
      pid = (await client.next("started")).pid;
      assert(isRunning(pid));
    }
    assert(!isRunning(pid));
  });
});

testWithClients("a client that fails says why", async () => {
  await withProgram(`throw new Error("no voice today");`, async (program) => {
    await using client = await startClient(program);
    const error = await assertRejects(() => client.next("done"), Error, "ended with 1 before done");
    assertStringIncludes(error.message, "no voice today");
  });
});

testWithClients("what a client cannot do is told apart from what it must not do", async () => {
  await withProgram(ECHO, async (program) => {
    await using client = await startClient(program);
    await assertRejects(() => client.succeed({ do: "sing" }), Error, 'there is no command "sing"');
    await assertRejects(() => client.fail({ do: "echo", text: "a" }), Error, "did not fail");
    assertEquals((await client.fail({ do: "sing" })).error.name, "Error");
    assertEquals((await client.succeed({ do: "echo", text: "b" })).text, "b");
  });
});

testWithClients("every program starts with its package", async () => {
  await using sdk = await startClient("elevenlabs");
  await sdk.succeed({ do: "client", options: { apiKey: "key" } });
  await using client = await startClient("livekit");
  for (const vendor of ["cartesia", "deepgram", "elevenlabs", "openai"]) {
    await client.succeed({ do: "client", options: { vendor, apiKey: "key" } });
  }
});

/** Whether a process of that id is there; a signal that changes nothing finds out. */
function isRunning(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}
