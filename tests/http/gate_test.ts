import { assert, assertEquals } from "@std/assert";
import { Attempts } from "../../src/auth/attempts.ts";
import { Keyring } from "../../src/auth/keyring.ts";
import { createKey } from "../../src/auth/keys.ts";
import { Tokens } from "../../src/auth/tokens.ts";
import { Gate, type GateOptions } from "../../src/http/gate.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const KEY = "a-key-of-some-length";
const { key, stored } = createKey({
  tenant: "acme",
  weight: 2,
  maxSessions: 5,
  charactersPerMinute: 500,
}, new Date());

function gateOf(options: Partial<GateOptions> = {}): Gate {
  const keyring = new Keyring([KEY], [stored]);
  return new Gate({ keyring, attempts: new Attempts(new FakeClock()), ...options });
}

async function ask(
  gate: Gate,
  headers: Record<string, string> = {},
  path = "/",
  peer = "192.0.2.1",
) {
  const url = new URL(path, "http://localhost");
  const answer = await gate.identify(new Request(url, { headers }), { url, peer });
  return "stranger" in answer ? answer.stranger : answer;
}

Deno.test("a key opens wherever the clients that are served put it", async () => {
  const gate = gateOf();
  const ways: [Record<string, string>, string?][] = [
    [{ authorization: `Bearer ${key}` }],
    [{ authorization: `Token ${key}` }],
    [{ "xi-api-key": key }],
    [{ "x-api-key": key }],
    [{ "sec-websocket-protocol": `syrinx.v1, bearer.${key}` }],
    [{ "sec-websocket-protocol": `realtime, openai-insecure-api-key.${key}` }],
    [{ "sec-websocket-protocol": `token, ${key}` }],
    [{}, `/?token=${key}`],
    [{}, `/?api_key=${key}`],
    [{}, `/?access_token=${key}`],
  ];
  for (const [headers, path] of ways) {
    assertEquals(await ask(gate, headers, path), {
      id: "acme",
      weight: 2,
      maxSessions: 5,
      charactersPerMinute: 500,
      address: "192.0.2.1",
      hasKey: true,
    });
  }
});

Deno.test("without keys everybody may come", async () => {
  const gate = gateOf({ keyring: new Keyring([]) });
  const who = await ask(gate);
  assert(typeof who === "object" && !who.hasKey && who.id === "");
});

Deno.test("a token opens for its tenant, but is no key", async () => {
  const tokens = new Tokens(new Uint8Array(32));
  const token = await tokens.issue({ id: "acme", weight: 2, maxSessions: 1 }, 60);
  const who = await ask(gateOf({ tokens }), { authorization: `Bearer ${token}` });
  assert(typeof who === "object");
  assertEquals([who.id, who.maxSessions, who.hasKey], ["acme", 1, false]);
  assertEquals(await ask(gateOf(), { authorization: `Bearer ${token}` }), "unauthorized");
});

Deno.test("who shows too many wrong keys has to wait, unless its key cannot be guessed; nothing shown is no guess", async () => {
  const long = "a-key-of-32-characters-or-more--";
  const gate = gateOf({ keyring: new Keyring(["a-key-that-was-chosen", long], [stored]) });
  for (let guess = 0; guess < 20; guess++) assertEquals(await ask(gate), "unauthorized");
  for (let guess = 0; guess < 10; guess++) {
    assertEquals(await ask(gate, { authorization: "Bearer wrong-key" }), "unauthorized");
  }
  const chosen = { authorization: "Bearer a-key-that-was-chosen" };
  assertEquals(await ask(gate, chosen), "slow");
  assert(typeof await ask(gate, chosen, "/", "192.0.2.2") === "object");
  assert(typeof await ask(gate, { authorization: `Bearer ${key}` }) === "object");
  assert(typeof await ask(gate, { authorization: `Bearer ${long}` }) === "object");
  assertEquals(await ask(gate, { authorization: `Bearer ${key.slice(0, -1)}` }), "slow");
});

Deno.test("pages of other origins than those named are refused, programs are not", async () => {
  const gate = gateOf({ keyring: new Keyring([]), origins: ["https://good.example"] });
  assertEquals(await ask(gate, { origin: "https://bad.example" }), "origin");
  assertEquals(await ask(gate, { origin: "null" }), "origin");
  assert(typeof await ask(gate, { origin: "https://good.example" }) === "object");
  assert(typeof await ask(gate) === "object");
});

Deno.test("keys can be replaced", async () => {
  const gate = gateOf();
  gate.replaceKeys(new Keyring([KEY]));
  assertEquals(await ask(gate, { authorization: `Bearer ${key}` }), "unauthorized");
  assert(typeof await ask(gate, { authorization: `Bearer ${KEY}` }) === "object");
});
