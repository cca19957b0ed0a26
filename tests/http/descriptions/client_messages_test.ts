/**
 * What a client may send, by the AsyncAPI document and by the server: both take the same.
 */

import { assert, assertEquals } from "@std/assert";
import { decodeNative } from "../../../src/dialects/native_commands.ts";
import fc from "../../helpers/fast_check.ts";
import { TestServer } from "../../helpers/server.ts";
import type { WsClient } from "../../helpers/ws_client.ts";
import { asyncApiOf, type Message, MessageChecker } from "./documents.ts";

async function clientChecker(): Promise<MessageChecker> {
  await using server = new TestServer();
  return new MessageChecker(await asyncApiOf(server), "client");
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

/** Values of fields, good and bad. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  text: ["a", "two words", "", 1, null, ["a"]],
  utterance_id: ["a", "A.b_c-9", "a".repeat(64), "a".repeat(65), "", "a b", "ä", 1, null],
  final: [true, false, 1, "true", null],
  is_final: [true, false, 0, null],
  traceparent: [
    `00-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN.slice(1)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    "",
    1,
    null,
  ],
  played_ms: [0, 0.5, 1e9, -1, "1", null],
  voice: ["one", "", 1, null],
  speed: [0.5, 1, 2, 0.49, 2.01, "1", null],
  lead_ms: [0, 300, 5000, "unpaced", -1, 5001, "paced", null],
  words: [true, false, 0, 1, 2, "1", null],
  id: ["", "a".repeat(64), "a".repeat(65), 1, -0.5, true, null, {}],
  command: ["PAUSE", "RESUME", "STOP", "stop", 1, null],
  other: [1, null],
};

const TYPES = [
  "text",
  "flush",
  "end",
  "barge_in",
  "pause",
  "resume",
  "playback",
  "configure",
  "ping",
  "close",
  "control",
  "nothing",
  1,
  null,
];

/** Messages of any type with some of the fields; a text has one name of its end, the server reads one. */
const messages: fc.Arbitrary<Message> = fc
  .record({
    type: fc.constantFrom(...TYPES),
    fields: fc.record(
      Object.fromEntries(
        Object.entries(VALUES).map(([field, values]) => [field, fc.constantFrom(...values)]),
      ),
      { requiredKeys: [] },
    ),
  })
  .map(({ type, fields }): Message => ({ type, ...fields }))
  .filter((message) => !("final" in message && "is_final" in message));

Deno.test("a message is described if and only if the server can read it", async () => {
  const checker = await clientChecker();
  const counts = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(messages, (message) => {
      const isTaken = "command" in decodeNative(JSON.stringify(message));
      counts[isTaken ? "taken" : "refused"]++;
      assertEquals(checker.accepts(message), isTaken, JSON.stringify(message));
    }),
    { numRuns: 5_000 },
  );
  assert(Math.min(counts.taken, counts.refused) > 500, JSON.stringify(counts));
});

Deno.test("each field of each message is described as the server reads it", async () => {
  const checker = await clientChecker();
  const base: Message = { text: "a", utterance_id: "a", played_ms: 1, command: "STOP" };
  for (const type of TYPES) {
    for (const [field, values] of Object.entries(VALUES)) {
      for (const value of [...values, undefined]) {
        const message = JSON.parse(JSON.stringify({ type, ...base, [field]: value }));
        const isTaken = "command" in decodeNative(JSON.stringify(message));
        assertEquals(checker.accepts(message), isTaken, JSON.stringify(message));
      }
    }
  }
});

/** Whether a running server's session refuses the message for its form. */
async function isRefused(client: WsClient, message: Message): Promise<boolean> {
  const before = client.of("error").length;
  client.send(message);
  client.send({ type: "ping", id: "after" });
  while ((await client.next("pong")).id !== "after");
  return client.of("error").slice(before).some(({ code }) => code === "bad_message");
}

Deno.test("a running server refuses as bad_message what is not described, and nothing else", async () => {
  await using server = new TestServer();
  const checker = new MessageChecker(await asyncApiOf(server), "client");
  const client = await server.connect("?lead_ms=unpaced");
  const base: Message = { text: "a", utterance_id: "a", played_ms: 1, command: "STOP" };
  for (const type of TYPES.filter((type) => type !== "close")) {
    const forms: Message[] = [{ type }, { type, ...base }, { type, ...base, final: "yes" }];
    for (const field of ["utterance_id", "played_ms", "speed", "id", "text", "command"]) {
      forms.push({ type, ...base, [field]: {} });
    }
    for (const message of forms) {
      const name = JSON.stringify(message);
      assertEquals(await isRefused(client, message), !checker.accepts(message), name);
    }
  }
});

Deno.test("a text may have as many characters as this server takes", async () => {
  await using server = new TestServer({ config: { maxTextCharacters: 12 } });
  const checker = new MessageChecker(await asyncApiOf(server), "client");
  const client = await server.connect();
  for (const length of [12, 13]) {
    const message = { type: "text", text: "a".repeat(length) };
    client.send(message);
    client.send({ type: "ping" });
    await client.next("pong");
    assertEquals(client.of("error").length === 0, checker.accepts(message), String(length));
  }
});
