/**
 * The OpenAPI document against the standard, and against the routes of the server that gives it.
 */

import { assert, assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describedOperations } from "../../../src/http/descriptions/openapi.ts";
import { VERSION } from "../../../src/version.ts";
import { TestServer } from "../../helpers/server.ts";
import { openApiOf, placesOf } from "./documents.ts";

Deno.test("the document is OpenAPI 3.1", async () => {
  await using server = new TestServer();
  const document = await openApiOf(server);
  const validator = new Validator();
  assertEquals(await validator.validate({ ...document }), { valid: true });
  assertEquals(validator.version, "3.1");
  assertEquals(document.info.version, VERSION);
});

Deno.test("an OpenAPI document with a mistake is none", async () => {
  await using server = new TestServer();
  const document = await openApiOf(server);
  const paths = { "/v1/voices": { get: { responses: { 200: {} } } } };
  const { valid } = await new Validator().validate({ ...document, paths });
  assertEquals(valid, false);
});

Deno.test("every route of the server is described, and what is described is a route", async () => {
  await using server = new TestServer();
  // The document is made from the server's routes, all but those of files for browsers.
  const places = placesOf(await openApiOf(server));
  const undescribed = places.filter(({ operation }) => operation.operationId === undefined);
  assertEquals(undescribed.map(({ method, path }) => `${method} ${path}`), []);
  const { limits } = (await server.connect()).of("session_started")[0]!;
  const known = describedOperations({ limits, defaultLead: 300 })
    .map((key) => key.replaceAll(/:(\w+)/g, "{$1}"));
  const there = places.map(({ method, path }) => `${method} ${path}`);
  assertEquals(there.toSorted(), known.toSorted());
  assert(there.length > 30, `only ${there.length} operations`);
  const ids = new Set(places.map(({ operation }) => operation.operationId));
  assertEquals(ids.size, places.length);
});

Deno.test("every described path is taken by its methods and by no other", async () => {
  await using server = new TestServer();
  const document = await openApiOf(server);
  for (const [path, item] of Object.entries(document.paths)) {
    const url = `http://${server.host}${path.replaceAll(/\{\w+\}/g, "one")}`;
    for (const method of ["GET", "POST"]) {
      // A profile takes its time; it has it in another test.
      if (method === "GET" && path.startsWith("/debug/")) continue;
      const response = await fetch(url, { method });
      await response.body?.cancel();
      const isThere = item[method.toLowerCase()] !== undefined;
      const name = `${method} ${path}: ${response.status}`;
      assertEquals(response.status === 405, !isThere, name);
      // Of models the path is there, and no such model.
      if (path !== "/v1/models/{model}") assert(response.status !== 404, name);
    }
  }
});

Deno.test("files for browsers are served and not described", async () => {
  await using server = new TestServer();
  const { paths } = await openApiOf(server);
  // What they are is the console's business, which changes with every build.
  const folder = new URL("../../../src/web/dist/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  const served = names.filter((name) => /\.(js|css|svg)$/.test(name)).map((name) => `/${name}`);
  for (const path of ["/", ...served]) {
    const response = await server.get(path);
    await response.body?.cancel();
    assertEquals([path, response.status, paths[path]], [path, 200, undefined]);
  }
});

Deno.test("descriptions are for everyone: without a key, from pages of any origin", async () => {
  await using server = new TestServer({ config: { apiKeys: ["a-key-of-sixteen-characters"] } });
  for (const path of ["/openapi.json", "/asyncapi.json"]) {
    const response = await server.get(path, { origin: "https://example.com" });
    const { headers } = response;
    assertEquals([response.status, headers.get("content-type")], [200, "application/json"]);
    assertEquals(headers.get("access-control-allow-origin"), "*");
    const text = await response.text();
    for (const { id } of server.backend.voices) assert(!text.includes(`"${id}"`), id);
    const head = await fetch(`http://${server.host}${path}`, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
  }
});
