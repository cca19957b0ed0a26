/**
 * Who gets what an operator asks for: the gate on its own, the routes over fakes, and profiles of a
 * real server.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { adminRoutes, type MetricsSource } from "../../src/http/admin.ts";
import { AdminGate, adminKeyNeeded, isLoopback } from "../../src/http/admin_gate.ts";
import { Attempts } from "../../src/auth/attempts.ts";
import { Keyring } from "../../src/auth/keyring.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { Gate, type GateOptions } from "../../src/http/gate.ts";
import type { DebugSource } from "../../src/http/debug.ts";
import { parseProfile, shareOf, spin } from "../helpers/profiles.ts";
import { TestServer } from "../helpers/server.ts";

const ADMIN_KEY = "an-admin-key-of-some-length";
const LISTENER_KEY = "a-listener-key-of-some-length";

const METRICS: MetricsSource = {
  scrape: (accept) => Promise.resolve({ contentType: "text/x", body: `for ${accept}` }),
  summary: () => ({ status: "ok" }),
  waterfall: (sessionId) => sessionId === "known" ? { sentences: [] } : undefined,
};

const PROFILER: DebugSource = {
  record: (seconds) => ReadableStream.from([new TextEncoder().encode(`${seconds} s`)]),
  heap: () => ReadableStream.from([new TextEncoder().encode("heap")]),
};

function gateOf(keys: readonly string[], keyNeeded?: GateOptions["keyNeeded"]): Gate {
  const attempts = new Attempts(new FakeClock());
  return new Gate({ keyring: new Keyring(keys), attempts, ...(keyNeeded && { keyNeeded }) });
}

/** Asks the routes, as a client at `peer`. */
class Asking {
  adminKeys: string[] = [];
  apiKeys: string[] = [];
  metrics: MetricsSource | undefined = METRICS;
  profiler = PROFILER;
  peer = "127.0.0.1";
  host = "localhost:8081";

  async get(path: string, init: RequestInit = {}): Promise<Response> {
    const routes = adminRoutes({
      gate: new AdminGate(gateOf(this.adminKeys, adminKeyNeeded)),
      listeners: gateOf(this.apiKeys),
      ...(this.metrics === undefined ? {} : { metrics: this.metrics }),
      profiler: this.profiler,
    });
    const request = new Request(`http://${this.host}${path}`, init);
    const url = new URL(request.url);
    const response = await routes[url.pathname]!(request, { url, peer: this.peer, params: {} });
    assertEquals(response.headers.get("cache-control"), "no-store");
    return response;
  }

  /** Status and error code. */
  async refusal(path: string, headers: Record<string, string> = {}): Promise<[number, string]> {
    const response = await this.get(path, { headers });
    return [response.status, (await response.json()).error?.code];
  }
}

const GATED = ["/metrics", "/metrics/summary", "/debug/profile?seconds=1", "/debug/heap"];

Deno.test("an address is this machine's own or it is not", () => {
  const own = ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.2"];
  const others = ["10.0.0.1", "128.0.0.1", "1.127.0.0", "::2", "::ffff:10.0.0.1", "127.evil.com"];
  assertEquals(own.filter((address) => !isLoopback(address)), []);
  assertEquals(others.filter(isLoopback), []);
});

Deno.test("without admin keys, programs on this machine are let in and nobody else", async () => {
  const asking = new Asking();
  for (const path of GATED) {
    for (const host of ["localhost:8081", "127.0.0.1:8081", "[::1]:8081"]) {
      asking.host = host;
      assertEquals((await asking.get(path)).status, 200, `${host} ${path}`);
    }
    asking.host = "localhost:8081";
    const tricks: Record<string, string>[] = [
      { forwarded: "for=10.0.0.1" },
      { "x-forwarded-for": "127.0.0.1" },
      { "x-real-ip": "127.0.0.1" },
      { via: "1.1 proxy" },
      { "sec-fetch-site": "cross-site" },
      { authorization: `Bearer ${ADMIN_KEY}`, "x-forwarded-for": "10.0.0.1" },
    ];
    for (const headers of tricks) {
      assertEquals(await asking.refusal(path, headers), [403, "forbidden"], path);
    }
  }
  asking.peer = "10.0.0.1";
  for (const path of GATED) assertEquals(await asking.refusal(path), [403, "forbidden"]);
  const { error } = await (await asking.get("/metrics")).json();
  assertStringIncludes(error.message, "ADMIN_KEYS");
  // A page whose name an attacker has pointed at this machine.
  asking.peer = "127.0.0.1";
  asking.host = "evil.example:8081";
  assertEquals(await asking.refusal("/debug/heap"), [403, "forbidden"]);
});

Deno.test("with admin keys, whoever shows one is let in from anywhere, nobody else", async () => {
  const asking = new Asking();
  asking.adminKeys = ["another-admin-key-here", ADMIN_KEY];
  asking.apiKeys = [LISTENER_KEY];
  for (const path of GATED) {
    for (const peer of ["127.0.0.1", "10.0.0.1"]) {
      asking.peer = peer;
      assertEquals(await asking.refusal(path), [401, "unauthorized"]);
      for (const key of ["wrong-key-of-some-length", LISTENER_KEY]) {
        const authorization = `Bearer ${key}`;
        assertEquals(await asking.refusal(path, { authorization }), [401, "unauthorized"]);
      }
      const authorization = `Bearer ${ADMIN_KEY}`;
      const proxied = { authorization, "x-forwarded-for": "10.0.0.2" };
      assertEquals((await asking.get(path, { headers: proxied })).status, 200);
      const query = `${path.includes("?") ? "&" : "?"}token=${ADMIN_KEY}`;
      assertEquals((await asking.get(path + query)).status, 200);
    }
  }
  const refused = await asking.get("/metrics");
  assertEquals(refused.headers.get("www-authenticate"), "Bearer");
  assertStringIncludes((await refused.json()).error.message, "ADMIN_KEYS");
});

Deno.test("a scrape is in the format that was asked for", async () => {
  const asking = new Asking();
  const response = await asking.get("/metrics", { headers: { accept: "application/x" } });
  assertEquals(response.headers.get("content-type"), "text/x");
  assertEquals(await response.text(), "for application/x");
  assertEquals(await (await asking.get("/metrics")).text(), "for null");
  assertEquals(await (await asking.get("/metrics/summary")).json(), { status: "ok" });
});

Deno.test("one session's waterfall is for admins, and for listeners who know its id", async () => {
  const asking = new Asking();
  asking.peer = "10.0.0.1";
  const known = "/metrics/summary?session=known";
  assertEquals(await (await asking.get(known)).json(), { sentences: [] });
  assertEquals(await asking.refusal("/metrics/summary?session=other"), [404, "not_found"]);
  assertEquals(await asking.refusal("/metrics/summary?session="), [404, "not_found"]);
  assertEquals(await asking.refusal("/metrics/summary"), [403, "forbidden"]);
  asking.apiKeys = [LISTENER_KEY];
  assertEquals(await asking.refusal(known), [403, "forbidden"]);
  assertEquals((await asking.get(`${known}&token=${LISTENER_KEY}`)).status, 200);
  asking.adminKeys = [ADMIN_KEY];
  assertEquals(await asking.refusal(known), [401, "unauthorized"]);
  assertEquals((await asking.get(`${known}&token=${LISTENER_KEY}`)).status, 200);
  assertEquals((await asking.get(`${known}&token=${ADMIN_KEY}`)).status, 200);
});

Deno.test("where nothing is measured the answer says so", async () => {
  const asking = new Asking();
  asking.metrics = undefined;
  for (const path of ["/metrics", "/metrics/summary", "/metrics/summary?session=known"]) {
    const response = await asking.get(path);
    assertEquals(response.status, 404);
    assertStringIncludes((await response.json()).error.message, "METRICS=false");
  }
  assertEquals((await asking.get("/debug/heap")).status, 200);
});

Deno.test("a profile is a download of the seconds asked for, within bounds", async () => {
  const asking = new Asking();
  const response = await asking.get("/debug/profile?seconds=0.1");
  assertEquals(response.headers.get("content-type"), "application/json");
  const disposition = response.headers.get("content-disposition")!;
  assert(/^attachment; filename="syrinx_\d{8}T\d{6}Z\.cpuprofile"$/.test(disposition), disposition);
  assertEquals(await response.text(), "0.1 s");
  assertEquals(await (await asking.get("/debug/profile")).text(), "10 s");
  assertEquals(await (await asking.get("/debug/profile?seconds=60")).text(), "60 s");
  for (const seconds of ["0", "0.09", "61", "-1", "abc", "", "NaN", "Infinity"]) {
    const response = await asking.get(`/debug/profile?seconds=${seconds}`);
    const { error } = await response.json();
    assertEquals([response.status, error.code, error.field], [400, "bad_message", "seconds"]);
    assertEquals(error.allowed, ["0.1 to 60"]);
  }
  const heap = await asking.get("/debug/heap");
  assertStringIncludes(heap.headers.get("content-disposition")!, ".heapsnapshot");
});

Deno.test("HEAD says what GET would and makes nothing", async () => {
  const asking = new Asking();
  asking.profiler = {
    record: () => {
      throw new Error("it was made");
    },
    heap: () => {
      throw new Error("it was made");
    },
  };
  for (const path of ["/debug/profile", "/debug/heap"]) {
    const response = await asking.get(path, { method: "HEAD" });
    assertEquals([response.status, response.body], [200, null]);
    assertStringIncludes(response.headers.get("content-disposition")!, "attachment");
  }
  assertEquals(await asking.refusal("/debug/heap"), [500, "internal"]);
});

Deno.test("one at a time: another is answered with 409", async () => {
  const asking = new Asking();
  asking.profiler = { record: () => undefined, heap: () => undefined };
  for (const path of ["/debug/profile", "/debug/heap"]) {
    assertEquals(await asking.refusal(path), [409, "busy"]);
  }
});

Deno.test("a real server shows what it does in a profile, also with profiling off", async () => {
  await using server = new TestServer();
  const response = await server.get("/debug/profile?seconds=0.3");
  assertEquals(response.status, 200);
  // The server runs in this thread.
  (function grindsCoffee() {
    spin(150);
  })();
  const profile = parseProfile(await response.text());
  assert(shareOf(profile, "grindsCoffee") > 0.1, `${shareOf(profile, "grindsCoffee")}`);
  assert(profile.endTime - profile.startTime >= 290_000);
  const heap = await server.get("/debug/heap");
  const { snapshot } = await heap.json();
  assert(snapshot.node_count > 1_000);
});

Deno.test("a client that leaves ends its profile, and one that stays is the only one", async () => {
  await using server = new TestServer();
  const controller = new AbortController();
  const url = `http://${server.host}/debug/profile?seconds=60`;
  const leaving = await fetch(url, { signal: controller.signal });
  assertEquals((await (await server.get("/debug/profile")).json()).error.code, "busy");
  const body = leaving.text();
  controller.abort();
  await body.catch(() => {});
  // The server learns of it in its own time.
  for (let attempt = 0;; attempt++) {
    const response = await server.get("/debug/profile?seconds=0.1");
    await response.text();
    if (response.status === 200) return;
    assert(attempt < 500, "there is no place for the next");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

Deno.test("a profile that runs does not hold up the server's end", async () => {
  const server = new TestServer();
  const response = await server.get("/debug/profile?seconds=60");
  const stopped = server.server.stop(0);
  parseProfile(await response.text());
  await stopped;
});

Deno.test("the router knows the paths, takes GET and HEAD, and gates by the peer", async () => {
  await using server = new TestServer({ config: { adminKeys: [ADMIN_KEY] } });
  assertEquals((await server.get("/debug/heap")).status, 401);
  const authorization = `Bearer ${ADMIN_KEY}`;
  const head = { method: "HEAD", headers: { authorization } };
  assertEquals((await fetch(`http://${server.host}/debug/heap`, head)).status, 200);
  const post = await fetch(`http://${server.host}/metrics`, { method: "POST" });
  assertEquals([post.status, (await post.json()).error.code], [405, "method_not_allowed"]);
  assertStringIncludes(await (await server.get("/")).text(), "/health");
});
