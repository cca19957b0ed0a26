/**
 * What may be asked, by the OpenAPI document and by the server: ranges, choices and lengths of bodies
 * and queries are tried at their ends and beyond.
 */

import { assert, assertEquals } from "@std/assert";
import { TestServer } from "../../helpers/server.ts";
import {
  isSocket,
  openApiOf,
  type Place,
  placesOf,
  ResponseChecker,
  type Schema,
} from "./documents.ts";

const KEY = "a-key-of-sixteen-characters";

const FORMAT = { container: "raw", encoding: "pcm_s16le", sample_rate: 16_000 };

/** A body with all that an operation must be told. */
const BODIES: Readonly<Record<string, Body>> = {
  "/v1/token": {},
  "/v1/speak": { text: "Hello." },
  "/v2/speak": { text: "Hello." },
  "/v1/audio/speech": { input: "Hello." },
  "/v1/text-to-speech/{voice_id}": { text: "Hello." },
  "/v1/text-to-speech/{voice_id}/stream": { text: "Hello." },
  "/v1/text-to-speech/{voice_id}/with-timestamps": { text: "Hello." },
  "/v1/text-to-speech/{voice_id}/stream/with-timestamps": { text: "Hello." },
  "/tts/bytes": { transcript: "Hello.", voice: "one", output_format: FORMAT },
  "/tts/sse": { transcript: "Hello.", voice: "one", output_format: FORMAT },
};

type Body = Readonly<Record<string, unknown>>;

/** A value of a field or parameter, and whether it may be that. */
interface Probe {
  readonly value: unknown;
  readonly isAllowed: boolean;
}

/** Values at the ends of what a schema allows, and beyond them. */
function probesOf(schema: Schema): Probe[] {
  const { minimum, maximum, minLength, maxLength } = schema as Record<string, number | undefined>;
  const step = schema.type === "integer" ? 1 : 0.01;
  const text = (length: number) => "a".repeat(length);
  const ends: [unknown, boolean][] = [];
  if (minimum !== undefined) ends.push([minimum, true], [minimum - step, false]);
  if (maximum !== undefined) ends.push([maximum, true], [maximum + step, false]);
  if (minLength === 1) ends.push(["a", true], ["", false]);
  if (maxLength !== undefined && schema.pattern === undefined) {
    ends.push([text(maxLength), true], [text(maxLength + 1), false]);
  }
  if (Array.isArray(schema.enum)) {
    ends.push(...schema.enum.map((value): [unknown, boolean] => [value, true]), ["bogus", false]);
  }
  if (schema.type === "boolean") ends.push([true, true], ["maybe", false]);
  return ends.map(([value, isAllowed]) => ({ value, isAllowed }));
}

const isRefusal = (status: number) => [400, 404, 413, 422].includes(status);

/** Asks with one thing changed at a time. */
class Prober {
  count = 0;
  readonly #server: TestServer;
  readonly #checker: ResponseChecker;

  constructor(server: TestServer, checker: ResponseChecker) {
    this.#server = server;
    this.#checker = checker;
  }

  async ask(place: Place, query: string, body: Body | undefined, probe: Probe): Promise<void> {
    const { method, path } = place;
    const url = `http://${this.#server.host}${path.replaceAll(/\{\w+\}/g, "one")}${query}`;
    const headers = { authorization: `Bearer ${KEY}` };
    const response = await fetch(url, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
    await this.#checker.check(place, response);
    const told = JSON.stringify(body ?? {}).slice(0, 300);
    const name = `${method} ${path}${query} ${told}: ${response.status}`;
    assertEquals(isRefusal(response.status), !probe.isAllowed, name);
    this.count++;
  }
}

async function prober(server: TestServer): Promise<{ places: Place[]; prober: Prober }> {
  const document = await openApiOf(server);
  return {
    places: placesOf(document),
    prober: new Prober(server, new ResponseChecker(document)),
  };
}

const FIRST_QUERIES: Readonly<Record<string, string>> = { "/v2/speak": "model=one" };

/** Parameters whose choices depend on others, and are tried on their own below. */
const DEPENDENT = ["container"];

Deno.test("parameters of queries may be what is described, and nothing else", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY], adminKeys: [KEY] } });
  const { places, prober: asking } = await prober(server);
  for (const place of places.filter(({ path }) => path !== "/debug/profile")) {
    const { operation: { parameters = [] }, path, method } = place;
    const first = FIRST_QUERIES[path];
    for (const { name, schema } of parameters) {
      if (DEPENDENT.includes(name)) continue;
      for (const probe of probesOf(schema)) {
        const parts = [first, `${name}=${encodeURIComponent(String(probe.value))}`];
        const query = `?${parts.filter((part) => part !== undefined).join("&")}`;
        await asking.ask(place, query, method === "POST" ? BODIES[path]! : undefined, probe);
      }
    }
  }
  assert(asking.count > 200, `${asking.count} requests`);
});

Deno.test("fields of bodies may be what is described, and nothing else", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY] } });
  const { places, prober: asking } = await prober(server);
  for (const place of places.filter(({ method }) => method === "POST")) {
    const { path, operation } = place;
    const query = FIRST_QUERIES[path] === undefined ? "" : `?${FIRST_QUERIES[path]}`;
    const body = BODIES[path]!;
    const schema = operation.requestBody!.content["application/json"]!.schema;
    await asking.ask(place, query, { ...body, other: 1 }, { value: 1, isAllowed: true });
    for (const field of (schema.required ?? []) as string[]) {
      const { [field]: _, ...rest } = body;
      await asking.ask(place, query, rest, { value: undefined, isAllowed: false });
    }
    for (const [field, inner] of Object.entries(schema.properties as Record<string, Schema>)) {
      if (NO_EFFECT.includes(field)) continue;
      for (const { value, isAllowed } of fieldProbes(inner)) {
        await asking.ask(place, query, { ...body, [field]: value }, { value, isAllowed });
      }
    }
  }
  assert(asking.count > 100, `${asking.count} requests`);
});

/** Fields that other servers want, and this one does not look at. */
const NO_EFFECT = ["instructions", "model_id"];

/** Those of the field itself, or of the fields in it. A text in JSON is no number. */
function fieldProbes(schema: Schema): Probe[] {
  if (schema.type === "string") return [...probesOf(schema), { value: 1, isAllowed: false }];
  if (schema.properties === undefined) return probesOf(schema);
  return Object.entries(schema.properties as Record<string, Schema>).flatMap(([field, inner]) =>
    probesOf(inner).map(({ value, isAllowed }) => ({ value: { [field]: value }, isAllowed }))
  );
}

Deno.test("Deepgram's containers and Cartesia's formats are those that are described", async () => {
  await using server = new TestServer();
  const { places, prober: asking } = await prober(server);
  const post = (path: string) =>
    places.find((place) => place.path === path && place.method === "POST")!;
  const containers = [["wav", "mulaw"], ["none", "linear16"], ["ogg", "opus"]];
  const described = post("/v1/speak").operation.parameters!.find(({ name }) =>
    name === "container"
  );
  const names = described!.schema.enum as string[];
  assertEquals(names.toSorted(), containers.map(([name]) => name).toSorted());
  for (const [container, encoding] of containers) {
    const query = `?encoding=${encoding}&container=${container}`;
    await asking.ask(post("/v1/speak"), query, BODIES["/v1/speak"]!, { value: 1, isAllowed: true });
  }
  for (const path of ["/tts/bytes", "/tts/sse"]) {
    const { schema } = post(path).operation.requestBody!.content["application/json"]!;
    const { output_format } = schema.properties as Record<string, { anyOf: Schema[] }>;
    for (const { properties } of output_format!.anyOf) {
      const { container, ...fields } = properties as Record<string, Schema>;
      const base = { container: container!.const, ...FORMAT_OF[String(container!.const)] };
      for (const [field, inner] of Object.entries(fields)) {
        for (const { value, isAllowed } of probesOf(inner)) {
          const format = { ...base, [field]: value };
          const body = { ...BODIES[path], output_format: format };
          await asking.ask(post(path), "", body, { value, isAllowed });
        }
      }
    }
  }
});

const FORMAT_OF: Readonly<Record<string, object>> = {
  raw: { encoding: "pcm_s16le", sample_rate: 16_000 },
  wav: { encoding: "pcm_s16le", sample_rate: 16_000 },
  // The one rate and bit rate that go with all others.
  mp3: { sample_rate: 44_100, bit_rate: 32_000 },
};

Deno.test("a session may be asked for what is described", async () => {
  await using server = new TestServer();
  const { places, prober: asking } = await prober(server);
  const session = places.filter(isSocket).find(({ path }) => path === "/v1/session")!;
  const probes: [string, unknown, boolean][] = [
    ["lead_ms", 0, true],
    ["lead_ms", 5000, true],
    ["lead_ms", "unpaced", true],
    ["lead_ms", 5001, false],
    ["call", "CA 1", false],
    ["call", "a".repeat(65), false],
    ["traceparent", "00-0", false],
    ["nothing", 1, false],
  ];
  for (const [name, value, isAllowed] of probes) {
    await asking.ask(session, `?${name}=${value}`, undefined, { value, isAllowed });
  }
  const names = session.operation.parameters!.map(({ name }) => name);
  const { error } = await (await server.get("/v1/session?nothing=1")).json();
  assertEquals([...names, "token"].toSorted(), error.allowed.toSorted());
});
