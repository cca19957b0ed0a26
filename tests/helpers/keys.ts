import { formatKeys } from "../../src/auth/key_file.ts";
import { createKey, type NewKey } from "../../src/auth/keys.ts";
import type { TestServer } from "./server.ts";

/** A file with keys of these tenants. */
export async function keyFile(...tenants: NewKey[]) {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  const made = tenants.map((tenant) => createKey(tenant, new Date()));
  await Deno.writeTextFile(path, formatKeys(made.map(({ stored }) => stored)));
  return { path, keys: made.map(({ key }) => key), made };
}

/** Headers that show a key. */
export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** Status and error code of a request to open a session. */
export async function knock(server: TestServer, key: string): Promise<[number, string]> {
  const response = await server.get("/v1/session", {
    ...bearer(key),
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  });
  return [response.status, (await response.json()).error?.code];
}
