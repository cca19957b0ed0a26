/**
 * The AsyncAPI document against the standard, and against the server that gives it.
 */

import { assertEquals } from "@std/assert";
import specs from "@asyncapi/specs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { VERSION } from "../../../src/version.ts";
import { TestServer } from "../../helpers/server.ts";
import { asyncApiOf, isSocket, MessageChecker, openApiOf, placesOf } from "./documents.ts";

/** Whether it is AsyncAPI 3.0.0, as the standard's own schema has it. */
function problemsOf(document: object): unknown {
  // The schema brings its own copy of draft 7.
  const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
  addFormats.default(ajv);
  const validate = ajv.compile(specs.schemas["3.0.0"] as object);
  validate(document);
  return validate.errors ?? [];
}

Deno.test("the document is AsyncAPI 3.0", async () => {
  await using server = new TestServer();
  const document = await asyncApiOf(server);
  assertEquals(problemsOf(document), []);
  assertEquals(document.info.version, VERSION);
});

Deno.test("an AsyncAPI document with a mistake is none", async () => {
  await using server = new TestServer();
  const document = await asyncApiOf(server);
  const wrong = problemsOf({ ...document, channels: { session: { address: 1 } } });
  assertEquals(Array.isArray(wrong) && wrong.length > 0, true);
});

Deno.test("every reference leads somewhere", async () => {
  await using server = new TestServer();
  const document = await asyncApiOf(server);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  const lost = references.map(([, path]) => path!).filter((path) =>
    path.split("/").reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      document,
    ) === undefined
  );
  assertEquals([lost, references.length > 50], [[], true]);
});

Deno.test("every WebSocket of the server is a channel, and every channel one", async () => {
  await using server = new TestServer();
  const { channels } = await asyncApiOf(server);
  const sockets = placesOf(await openApiOf(server)).filter(isSocket).map(({ path }) => path);
  const addresses = Object.values(channels).map(({ address }) => address);
  assertEquals(addresses.toSorted(), sockets.toSorted());
});

Deno.test("the server is told by the name that the client has for it", async () => {
  await using server = new TestServer();
  const { servers } = await asyncApiOf(server);
  const { host, protocol } = servers.syrinx;
  assertEquals([host, protocol], [server.host, "ws"]);
});

Deno.test("the examples are messages of their types", async () => {
  await using server = new TestServer();
  const document = await asyncApiOf(server);
  for (const side of ["client", "server"] as const) {
    const checker = new MessageChecker(document, side);
    for (const [key, { examples = [] }] of Object.entries(document.components.messages)) {
      if (!key.startsWith(`${side}_`)) continue;
      for (const { payload } of examples) checker.check(payload);
    }
  }
});
