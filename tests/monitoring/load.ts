/** A little of everything that a server can meet, so that each of its metrics has something to tell. */

import type { ScriptedStep } from "../../src/backends/scripted.ts";
import type { SynthesisRequest } from "../../src/speech/backend.ts";
import { TestServer } from "../helpers/server.ts";
import { WsClient } from "../helpers/ws_client.ts";

/** Sessions that the load has at one time. */
const SESSIONS = 4;

/** A server whose engine fails at "fail" and makes a gap at "gap". */
export function createLoadedServer(): TestServer {
  return new TestServer({ script, config: { maxSessions: SESSIONS } });
}

/** Resolves when all sessions have ended. */
export async function load(server: TestServer): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: SESSIONS }, () => server.connect("?lead_ms=100")),
  );
  const [talker, interrupter, unlucky, slowWriter] = clients as [
    WsClient,
    WsClient,
    WsClient,
    WsClient,
  ];
  await beRefused(server);
  await Promise.all([
    talk(talker),
    interrupt(interrupter),
    meetFailures(unlucky),
    writeSlowly(slowWriter),
  ]);
  for (const client of clients) client.send({ type: "close" });
  await Promise.all(clients.map(({ closed }) => closed));
}

function script({ text }: SynthesisRequest): ScriptedStep[] {
  if (text.includes("fail")) return [{ audioMs: 40 }, { fail: "scripted" }];
  if (text.includes("gap")) return [{ audioMs: 100 }, { waitMs: 500 }, { audioMs: 100 }];
  return [{ waitMs: 20 }, { audioMs: 300 }];
}

async function talk(client: WsClient): Promise<void> {
  for (const text of ["One. Two. Three.", "A gap is here.", "Four."]) {
    client.send({ type: "text", text, final: true });
    await client.next("utterance_ended");
  }
}

async function interrupt(client: WsClient): Promise<void> {
  for (let time = 0; time < 5; time++) {
    client.send({ type: "text", text: "This is said. This is not. Nor is this.", final: true });
    await client.next("audio");
    client.send({ type: "barge_in" });
    await client.next("barge_in");
  }
}

async function meetFailures(client: WsClient): Promise<void> {
  client.send({ type: "shout" });
  await client.next("error");
  client.send({ type: "text", text: "They fail. All fail. Each must fail.", final: true });
  await client.next("utterance_ended");
}

/** Its listener runs dry before the second text comes. */
async function writeSlowly(client: WsClient): Promise<void> {
  client.send({ type: "text", text: "The first part is here. ", final: false });
  await client.next("sentence_ended");
  await new Promise((resolve) => setTimeout(resolve, 600));
  client.send({ type: "text", text: "Here comes the second.", final: true });
  await client.next("utterance_ended");
}

/** There is no place for one more. */
async function beRefused(server: TestServer): Promise<void> {
  const client = new WsClient(`ws://${server.host}/v1/session`);
  await client.closed;
}
