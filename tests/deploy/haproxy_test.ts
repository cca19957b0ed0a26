import { assertEquals, assertStringIncludes } from "@std/assert";
import { WsClient } from "../helpers/ws_client.ts";
import { Caller } from "./caller.ts";
import { checkConfig, configOf, HaproxyProcess } from "./haproxy_process.ts";
import { testWithHaproxy } from "./haproxy_tools.ts";
import { ServerProcess } from "./server_process.ts";

const CALLERS = 20;

/** About five seconds. */
const TEXT = "A listener is in the middle of this when its server is told to stop. " +
  "And this has to be heard to its end.";

/** Newcomers while the server stops, and the time between two of them, in ms. */
const NEWCOMERS = 40;
const NEWCOMER_MS = 75;

/** Those who come all at once, before any health check can have noticed. */
const EARLY_NEWCOMERS = 6;

/** What makes a request one for a session. */
const HANDSHAKE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

testWithHaproxy("HAProxy finds no fault in its configuration", async (program) => {
  const config = await configOf(["127.0.0.1:1", "127.0.0.1:2"], {
    listeners: "127.0.0.1:3",
    numbers: "127.0.0.1:4",
  });
  const { code, text } = await checkConfig(program, config);
  assertEquals(code, 0, text);
  assertStringIncludes(text, "Configuration file is valid");
  assertEquals(text.includes("WARNING"), false, text);
});

testWithHaproxy("a server is drained under load, and no utterance is cut", async (program) => {
  // On a busy machine they wait for their engines, and are not sent away.
  await using leaving = await ServerProcess.start("--drain-ms=25000", "--max-wait-ms=60000");
  await using staying = await ServerProcess.start("--max-wait-ms=60000");
  await using haproxy = await HaproxyProcess.start(program, [leaving.host, staying.host]);
  const regulars = Array.from({ length: CALLERS }, () => new Caller(haproxy.host));
  for (const caller of regulars) await caller.connect();
  assertEquals([await sessionsOn(leaving), await sessionsOn(staying)], [CALLERS / 2, CALLERS / 2]);

  const faults: unknown[] = [];
  const begun = Array.from({ length: CALLERS }, () => Promise.withResolvers<void>());
  const calls = regulars.map(async (caller, index) => {
    try {
      await caller.say(TEXT, begun[index]!.resolve);
      await caller.say(TEXT);
      await caller.hangUp();
    } catch (error) {
      faults.push(error);
      begun[index]!.resolve();
    }
  });
  await Promise.all(begun.map(({ promise }) => promise));
  const exitCode = leaving.drain();
  await leaving.untilNotReady();
  const newcomers = Array.from({ length: NEWCOMERS }, () => new Caller(haproxy.host));
  for (const [index, caller] of newcomers.entries()) {
    const call = caller.say("Hello there.").then(() => caller.hangUp());
    calls.push(call.catch((error) => void faults.push(error)));
    if (index >= EARLY_NEWCOMERS) await pause(NEWCOMER_MS);
  }
  await Promise.all(calls);
  assertEquals(faults, []);
  assertEquals(await exitCode, 0);

  const callers = [...regulars, ...newcomers];
  assertEquals(sum(callers.map(({ heard }) => heard)), 2 * CALLERS + NEWCOMERS);
  const moved = sum(callers.map(({ drained }) => drained));
  assertEquals(moved, CALLERS / 2, "those of the server that left went on at the other");
  const opened = sum(callers.map(({ sessions }) => sessions));
  assertEquals(opened, CALLERS + NEWCOMERS + moved);
  assertEquals(await sessionsServedBy(staying), opened - CALLERS / 2, "it took all the others");
  assertEquals(haproxy.streams.filter(({ status }) => status >= 400), []);
});

testWithHaproxy(
  "a full server's listeners are sent on, and only a full fleet refuses them",
  async (program) => {
    await using one = await ServerProcess.start("--max-sessions=2");
    await using other = await ServerProcess.start("--max-sessions=4");
    await using haproxy = await HaproxyProcess.start(program, [one.host, other.host]);
    const callers = Array.from({ length: 6 }, () => new Caller(haproxy.host));
    for (const caller of callers) await caller.connect();
    assertEquals([await sessionsOn(one), await sessionsOn(other)], [2, 4]);

    const refused = await fetch(`http://${haproxy.host}/v1/session`, { headers: HANDSHAKE });
    assertEquals([refused.status, refused.headers.get("retry-after")], [503, "5"]);
    assertEquals((await refused.json()).error.code, "overloaded");

    await Promise.all(callers.map((caller) => caller.hangUp()));
    const newcomer = new WsClient(`ws://${haproxy.host}/v1/session`);
    await newcomer.next("session_started");
    newcomer.close();
    await newcomer.closed;
  },
);

testWithHaproxy("numbers and profiles do not pass", async (program) => {
  await using one = await ServerProcess.start();
  await using other = await ServerProcess.start();
  await using haproxy = await HaproxyProcess.start(program, [one.host, other.host]);
  for (const path of ["/metrics", "/metrics/summary", "/debug/profile", "/debug/heap"]) {
    const response = await fetch(`http://${haproxy.host}${path}`);
    await response.body?.cancel();
    assertEquals(response.status, 404, path);
  }
  const health = await fetch(`http://${haproxy.host}/health`);
  assertEquals((await health.json()).status, "ok");
});

async function sessionsOn(server: ServerProcess): Promise<number | undefined> {
  return (await server.scrape()).get("sessions_active");
}

/** Sessions that have ended, for whatever reason. */
async function sessionsServedBy(server: ServerProcess): Promise<number> {
  const series = [...await server.scrape()].filter(([name]) => name.startsWith("sessions_total{"));
  return sum(series.map(([, value]) => value));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
