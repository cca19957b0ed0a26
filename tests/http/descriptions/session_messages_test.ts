/**
 * Real sessions against the AsyncAPI document: each message of the server has the schema of its type,
 * and sessions of all kinds together have each type of message, and each of its fields.
 */

import { assert, assertEquals } from "@std/assert";
import { Phone } from "../../dialects/twilio/phone.ts";
import { TestServer, type TestServerOptions, until } from "../../helpers/server.ts";
import type { WsClient, WsMessage } from "../../helpers/ws_client.ts";
import { type AsyncApi, asyncApiOf, MessageChecker } from "./documents.ts";
import { timedScript } from "../../helpers/timed_words.ts";

/** What both sides have said in all sessions. */
class Recording {
  readonly received: WsMessage[] = [];
  readonly sent: { readonly type: string }[] = [];

  /** Has a session with a server of its own. */
  async have(
    { query = "", ...options }: TestServerOptions & { readonly query?: string },
    talk: (session: RecordedSession) => Promise<void>,
  ): Promise<void> {
    await using server = new TestServer(options);
    const client = await server.connect(query);
    try {
      await talk(new RecordedSession(server, client, this));
    } finally {
      this.received.push(...client.received);
    }
  }

  /** Every JSON message of the server of that type. */
  of(type: string): Record<string, unknown>[] {
    return this.received.filter((message): message is Record<string, unknown> =>
      !(message instanceof Uint8Array) && message.type === type
    );
  }
}

class RecordedSession {
  readonly server: TestServer;
  readonly client: WsClient;
  readonly #recording: Recording;

  constructor(server: TestServer, client: WsClient, recording: Recording) {
    this.server = server;
    this.client = client;
    this.#recording = recording;
  }

  send(...messages: { readonly type: string; readonly [field: string]: unknown }[]): void {
    for (const message of messages) {
      this.#recording.sent.push(message);
      this.client.send(message);
    }
  }
}

/** Each word takes 100 ms, and its timing is told. */
const wordScript = timedScript(100);

async function talkAtEase({ client, send }: Bound): Promise<void> {
  send(
    { type: "ping", id: "first" },
    { type: "ping" },
    { type: "configure", voice: "two", speed: 1.5, lead_ms: 200, words: 1 },
    { type: "configure" },
    { type: "text", text: "Hello there. How are", utterance_id: "a", final: false },
    { type: "flush", utterance_id: "a" },
    { type: "text", text: " you? Fine. And you, my friend?", utterance_id: "a" },
    { type: "end", utterance_id: "a" },
    { type: "pause" },
    { type: "resume" },
  );
  await client.next("resumed");
  await client.next("words");
  send({ type: "playback", utterance_id: "a", played_ms: 20 });
  send({ type: "barge_in", utterance_id: "a", played_ms: 40 });
  await client.next("barge_in");
  send({ type: "text", text: "Another. ", is_final: true });
  await client.next("utterance_ended");
  send({ type: "control", command: "PAUSE" }, { type: "control", command: "RESUME" });
  send({ type: "control", command: "STOP" });
  send({ type: "text", text: "Goodbye." }, { type: "close" });
  await client.closed;
}

async function talkWrongly({ client, send }: Bound): Promise<void> {
  send(
    { type: "text", text: "a".repeat(20) },
    { type: "flush", utterance_id: "nobody" },
    { type: "nothing" },
  );
  client.send("no JSON");
  client.send(new Uint8Array(3));
  await until(() => client.of("error").length === 5, "the errors");
  client.send("a".repeat(2_000));
  await client.closed;
  assert(client.of("error").some(({ fatal }) => fatal));
}

async function talkTooMuch({ client, send }: Bound): Promise<void> {
  for (let count = 0; count < 100; count++) send({ type: "ping", id: count });
  const { code } = await client.next("error");
  assertEquals(code, "rate_limited");
}

async function hearFailure({ client, send }: Bound): Promise<void> {
  send({ type: "text", text: "It fails.", final: true });
  const { status } = await client.next("sentence_ended");
  assertEquals(status, "failed");
  await client.next("utterance_ended");
}

async function hearGap({ client, send }: Bound): Promise<void> {
  send({ type: "text", text: "Slowly.", final: true });
  await client.next("warning");
  await client.next("utterance_ended");
}

async function seeServerStop({ client, send, server }: Bound): Promise<void> {
  send({ type: "text", text: "One more thing" });
  await client.next("utterance_started");
  const stopped = server.server.stop(100);
  await client.next("draining");
  await client.closed;
  await stopped;
}

type Bound = Pick<RecordedSession, "client" | "send" | "server">;

/** A session's parts, with a `send` that can be taken apart from it. */
function bound(
  talk: (session: Bound) => Promise<void>,
): (session: RecordedSession) => Promise<void> {
  return (session) =>
    talk({
      client: session.client,
      server: session.server,
      send: (...messages) => session.send(...messages),
    });
}

/** A session that speaks to a phone call. */
async function callSomeone(recording: Recording): Promise<void> {
  await using server = new TestServer({ script: wordScript });
  const callSid = "CA0123456789";
  const phone = new Phone(`ws://${server.host}/twilio/stream`, { callSid, parameters: {} });
  const client = await server.connect(`?call=${callSid}`);
  phone.send({ event: "dtmf", streamSid: phone.streamSid, dtmf: { track: "inbound", digit: "1" } });
  await client.next("dtmf");
  recording.received.push(...client.received);
  client.close();
  phone.hangUp();
  await phone.closed;
}

async function recordAll(): Promise<Recording> {
  const recording = new Recording();
  await recording.have({ script: wordScript, query: "?words=1&lead_ms=100" }, bound(talkAtEase));
  const short = { maxTextCharacters: 10, maxMessageBytes: 1_024 };
  await recording.have({ config: short }, bound(talkWrongly));
  await recording.have({ config: { maxMessagesPerSecond: 10 } }, bound(talkTooMuch));
  await recording.have({ script: () => [{ fail: "no voice today" }] }, bound(hearFailure));
  const gap = [{ audioMs: 40 }, { waitMs: 200 }, { audioMs: 40 }];
  await recording.have({ script: () => gap, query: "?lead_ms=0" }, bound(hearGap));
  await recording.have({}, bound(seeServerStop));
  await callSomeone(recording);
  return recording;
}

async function describedSession(): Promise<AsyncApi> {
  await using server = new TestServer();
  return await asyncApiOf(server);
}

Deno.test("messages have the schemas of their types, all types and all fields are seen", async () => {
  const document = await describedSession();
  const recording = await recordAll();
  const server = new MessageChecker(document, "server");
  const client = new MessageChecker(document, "client");
  const types = new Set<string>();
  for (const message of recording.received) {
    const isAudio = message instanceof Uint8Array;
    types.add(isAudio ? "audio" : message.type);
    if (!isAudio) server.check(message);
  }
  assertEquals([...types].toSorted(), server.types.toSorted());
  const sent = new Set(recording.sent.map(({ type }) => type));
  assertEquals(client.types.filter((type) => !sent.has(type)), []);
  for (const [key, { name, payload }] of Object.entries(document.components.messages)) {
    const { properties } = payload as { readonly properties?: object };
    if (!key.startsWith("server_") || properties === undefined) continue;
    const told = new Set(recording.of(name).flatMap((message) => Object.keys(message)));
    assertEquals([name, ...told].toSorted(), [name, ...Object.keys(properties)].toSorted());
  }
});

Deno.test("a field that is not described, or is missing, is found", async () => {
  const checker = new MessageChecker(await describedSession(), "server");
  const message = { type: "utterance_started", utterance_id: "a", number: 1 };
  assert(checker.accepts(message));
  assert(!checker.accepts({ ...message, more: 1 }));
  assert(!checker.accepts({ type: "utterance_started", utterance_id: "a" }));
  assert(!checker.accepts({ ...message, number: "1" }));
});
