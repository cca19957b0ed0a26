/** A server of several processes, as its users start it. */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { until } from "../helpers/server.ts";
import { TlsFiles } from "../helpers/tls_files.ts";
import { ManyServer, type Placed, startMany } from "./many_server.ts";

const ROOT = new URL("../../", import.meta.url);

async function speak({ client }: Placed, text = "Hello there."): Promise<void> {
  client.send({ type: "text", text, final: true });
  assertEquals((await client.next("utterance_ended")).outcome, "completed");
}

/** Asks again until it is so; either process may answer. */
async function scrapesUntil(
  server: ManyServer,
  isSo: (series: Map<string, number>) => boolean,
): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo(await server.scrape())) {
    if (performance.now() > deadline) throw new Error("the metrics never said so");
  }
}

/** Whether a process is there, and has not only to be buried. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

Deno.test("two processes share a port, and operators are told of both by either", async () => {
  await using server = await ManyServer.start({ flags: ["--max-sessions=1000"] });
  const placed = await server.connectToBoth();
  for (const each of placed) await speak(each);
  await speak(placed[0]!, "Once more.");

  const utterances = placed.length + 1;
  for (let scrape = 0; scrape < 8; scrape++) {
    const series = await server.scrape();
    assertEquals(series.get('utterances_total{outcome="completed"}'), utterances);
    assertEquals(series.get("time_to_first_audio_seconds_count"), utterances);
    assertEquals(series.get('time_to_first_audio_seconds_bucket{le="+Inf"}'), utterances);
    assertEquals(series.get("sessions_active"), placed.length);
    assertEquals(series.get('syrinx_process_up{process="1"}'), 1);
    assertEquals(series.get('syrinx_process_up{process="2"}'), 1);
    assert(series.has('event_loop_lag_seconds_count{process="2"}'));
  }
  const { metrics } = await (await server.get("/metrics/summary")).json();
  assertEquals(metrics.utterances.completed, utterances);
  assertEquals(metrics.sessions_active, placed.length);
  for (const { sessionId } of placed) {
    const waterfall = await server.get(`/metrics/summary?session=${sessionId}`);
    assertEquals(waterfall.status, 200);
    assert((await waterfall.json()).utterances.length > 0);
  }
  assertEquals((await server.get("/metrics/summary?session=nobody")).status, 404);
  for (const path of ["/health", "/readiness", "/liveness"]) {
    const { status, checks } = await (await server.get(path)).json();
    assertEquals([status, Object.keys(checks)], ["ok", ["process_1", "process_2"]]);
  }
  for (const process of [1, 2]) {
    const profile = await server.get(`/debug/profile?seconds=0.1&process=${process}`);
    assert((await profile.json()).nodes.length > 0);
  }
  assertEquals((await server.get("/debug/profile?seconds=0.1&process=3")).status, 404);
});

Deno.test("a process that is killed takes its own sessions along, and is replaced", async () => {
  await using server = await ManyServer.start();
  const placed = await server.connectToBoth();
  const { process: victim } = placed[0]!;
  for (const each of placed) await speak(each);
  const before = await server.scrape();
  const [pid] = server.pidsOf(victim);
  Deno.kill(pid!, "SIGKILL");

  for (const { client, process } of placed) {
    if (process === victim) assertNotEquals((await client.closed).code, 1000);
  }
  const left = placed.filter(({ process }) => process !== victim);
  for (const each of left) await speak(each, "It goes on.");
  await server.logs(
    "the loss to be told",
    (log) =>
      log.some(({ message, process, signal }) =>
        message === "Process lost" && process === victim && signal === "SIGKILL"
      ),
  );
  await server.logs("another process", () => server.pidsOf(victim).length === 2);
  await scrapesUntil(
    server,
    (series) => series.get(`syrinx_process_up{process="${victim}"}`) === 1,
  );

  const completed = 'utterances_total{outcome="completed"}';
  const after = await server.scrape();
  assertEquals(before.get(completed), placed.length);
  assertEquals(after.get(completed), placed.length + left.length);
  assertEquals(after.get("time_to_first_audio_seconds_count"), placed.length + left.length);
  assertEquals(after.get("sessions_active"), left.length);
  assertEquals(after.get(`syrinx_process_restarts_total{process="${victim}"}`), 1);
  const others = await server.connectToBoth();
  for (const each of others) await speak(each);
  const last = await server.scrape();
  assertEquals(last.get(completed), placed.length + left.length + others.length);
});

Deno.test("a process that stands still is told as down, its counts stay, and the rest serves", async () => {
  await using server = await ManyServer.start();
  const placed = await server.connectToBoth();
  for (const each of placed) await speak(each);
  const completed = 'utterances_total{outcome="completed"}';
  assertEquals((await server.scrape()).get(completed), placed.length);
  const [pid] = server.pidsOf(2);
  const first = placed.find(({ process }) => process === 1)!;
  Deno.kill(pid!, "SIGSTOP");
  try {
    await speak(first, "It goes on.");
    const text = await (await server.getFromEither("/metrics")).text();
    assertStringIncludes(text, 'syrinx_process_up{process="2"} 0\n');
    assertStringIncludes(text, `${completed} ${placed.length + 1}\n`);
    const health = await (await server.getFromEither("/health")).json();
    assertEquals([health.status, health.checks.process_2.status], ["degraded", "fail"]);
    assertEquals((await server.getFromEither("/readiness")).status, 200);
  } finally {
    Deno.kill(pid!, "SIGCONT");
  }
});

Deno.test("at SIGTERM both processes let their sessions finish, and it exits with 0", async () => {
  await using server = await ManyServer.start();
  const placed = await server.connectToBoth();
  const both = [1, 2].map((process) => placed.find((each) => each.process === process)!);
  for (const { client } of both) {
    client.send({ type: "text", text: "This takes a while to be said, and is.", final: true });
    await client.next("audio");
  }
  server.signal("SIGTERM");
  for (const { client } of both) {
    assertEquals((await client.next("utterance_ended")).outcome, "completed");
  }
  for (const { client } of placed) await client.closed;
  assertEquals(await server.ended(), 0);
  const stopped = server.log.filter(({ message }) => message === "Server stopped");
  assertEquals(stopped.map(({ process }) => process).toSorted(), [1, 2]);
});

Deno.test("a second signal hurries both", async () => {
  await using server = await ManyServer.start({ flags: ["--drain-ms=3600000"] });
  const placed = await server.connectToBoth();
  for (const { client } of placed) {
    client.send({ type: "text", text: "A long story begins here. ".repeat(200), final: true });
    await client.next("audio");
  }
  server.signal("SIGINT");
  await server.logs(
    "both to drain",
    (log) => log.filter(({ message }) => message === "Server draining").length === 2,
  );
  server.signal("SIGINT");
  assertEquals(await server.ended(), 0);
});

Deno.test("a process that is told to stop drains, says its last counts, and is replaced", async () => {
  await using server = await ManyServer.start();
  const placed = await server.connect();
  await speak(placed);
  Deno.kill(server.pidsOf(placed.process)[0]!, "SIGTERM");
  await placed.client.closed;
  await server.logs("another process", () => server.pidsOf(placed.process).length === 2);
  assertEquals((await server.scrape()).get('utterances_total{outcome="completed"}'), 1);
  assertEquals((await server.scrape()).get("session_duration_seconds_count"), 1);
});

Deno.test("SIGHUP comes to both", async () => {
  await using server = await ManyServer.start();
  server.signal("SIGHUP");
  await server.logs("both to reload", (log) => {
    const reloaded = log.filter(({ message }) => message === "Settings reloaded");
    return new Set(reloaded.map(({ process }) => process)).size === 2;
  });
  assertEquals((await (await server.get("/health")).json()).status, "ok");
});

Deno.test("without their supervisor the processes end", async () => {
  await using server = await ManyServer.start();
  const pids = [1, 2].flatMap((process) => server.pidsOf(process));
  server.signal("SIGKILL");
  await until(() => !pids.some(lives), "both to end", 30_000);
});

Deno.test("over TLS sessions come to both too", async () => {
  await using tls = await TlsFiles.create();
  await using server = await ManyServer.start({ tls });
  for (const each of await server.connectToBoth()) await speak(each);
});

Deno.test("a token that one process gives is taken by both", async () => {
  const key = "a-key-of-some-length";
  await using server = await ManyServer.start({ flags: [`--api-keys=${key}`] });
  const response = await fetch(`http://${server.host}/v1/token`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: "{}",
  });
  assertEquals(response.status, 200);
  const { token } = await response.json();
  for (let request = 0; request < 12; request++) {
    const voices = await server.get(`/v1/voices?token=${token}`);
    assertEquals(voices.status, 200);
  }
});

Deno.test("what cannot be used stops the start with exit code 2, and is told once", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cases: [string, string[], string][] = [
    ["-P=many", ["--port=0", "--voice=nobody"], 'VOICE: "nobody"'],
    ["-P=many", ["--lead-ms=-1"], '--lead-ms: "-1"'],
    ["-P=many", ["--port=0", "--tls-cert=tls/none.pem"], "TLS_CERT"],
    ["-P=start", [], "start it with: deno task start-many"],
    ["-P=many", [`--port=${taken.addr.port}`], "HOST, PORT: cannot listen"],
  ];
  for (const [permissions, flags, expected] of cases) {
    const { code, stderr } = await startMany(permissions, ...flags).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 2, text);
    assertEquals(text.split(expected).length, 2, text);
    assert(!text.includes("    at "), `a stack trace is no message: ${text}`);
  }
});

Deno.test("nobody is a process of a server that was not started by one", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-P=start", "main.ts", "--child"],
    cwd: ROOT,
    stdin: "null",
  }).output();
  assertEquals(code, 2);
  assertStringIncludes(new TextDecoder().decode(stderr), "PROCESSES");
});

Deno.test("the supervisor may run deno, and do nothing else that a server may not", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=many", "tests/e2e/permissions_script.ts"],
    cwd: ROOT,
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "[]", new TextDecoder().decode(stderr));
});
