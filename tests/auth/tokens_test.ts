import { assert, assertEquals } from "@std/assert";
import { SignJWT } from "jose";
import { looksLikeToken, Tokens } from "../../src/auth/tokens.ts";

const secret = crypto.getRandomValues(new Uint8Array(32));
const grant = { id: "acme", weight: 2, maxSessions: 3, charactersPerMinute: 500 };

Deno.test("a token grants what it was issued for, until it is over", async () => {
  let now = new Date("2026-11-25T00:00:00Z");
  const tokens = new Tokens(secret, () => now);
  const token = await tokens.issue(grant, 60);
  assert(looksLikeToken(token));
  assertEquals(await tokens.check(token), grant);
  now = new Date(now.getTime() + 59_000);
  assertEquals(await tokens.check(token), grant);
  now = new Date(now.getTime() + 1_000);
  assertEquals(await tokens.check(token), undefined);
});

Deno.test("a token without a limit grants none", async () => {
  const tokens = new Tokens(secret);
  const token = await tokens.issue({ ...grant, maxSessions: undefined }, 60);
  assertEquals((await tokens.check(token))?.maxSessions, undefined);
});

Deno.test("what is no token of this server is refused", async () => {
  const tokens = new Tokens(secret);
  const token = await tokens.issue(grant, 60);
  const [head, body, signature] = token.split(".");
  const none = btoa(JSON.stringify({ alg: "none" })).replaceAll("=", "");
  const claims = () => new SignJWT({ scope: "speak" }).setSubject("acme").setIssuer("syrinx");
  const wrong = [
    "",
    "a.b.c",
    `${head}.${body}.${signature!.slice(2)}AA`,
    `${none}.${body}.`,
    await new Tokens(new Uint8Array(32)).issue(grant, 60),
    // Without an end, of another issuer, for another purpose.
    await claims().setProtectedHeader({ alg: "HS256" }).sign(secret),
    await claims().setIssuer("else").setExpirationTime("1m").setProtectedHeader({ alg: "HS256" })
      .sign(secret),
    await new SignJWT({ scope: "admin" }).setSubject("acme").setIssuer("syrinx")
      .setExpirationTime("1m").setProtectedHeader({ alg: "HS256" }).sign(secret),
    await claims().setExpirationTime("1m").setProtectedHeader({ alg: "HS512" }).sign(secret),
  ];
  for (const text of wrong) assertEquals(await tokens.check(text), undefined, text);
});
