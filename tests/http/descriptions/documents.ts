/**
 * The descriptions of a running server, and what checks bodies and messages against them. Objects are
 * closed for that: a field that the server tells and no schema names is an error here.
 */

import { assert, assertEquals } from "@std/assert";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { TestServer } from "../../helpers/server.ts";

/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter of the query. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** What one method of one path does. */
export interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly headers?: object; readonly content?: Readonly<Record<string, object>> }
    >
  >;
  readonly security?: readonly object[];
}

/** `GET /openapi.json` */
export interface OpenApi {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** `GET /asyncapi.json` */
export interface AsyncApi {
  readonly info: { readonly version: string };
  readonly servers: { readonly syrinx: { readonly host: string; readonly protocol: string } };
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly components: {
    readonly messages: Readonly<
      Record<string, {
        readonly name: string;
        readonly payload: Schema;
        readonly examples?: readonly { readonly payload: Message }[];
      }>
    >;
  };
}

/** A message of either side. */
export type Message = Readonly<Record<string, unknown>>;

/** One operation with its place in the document. */
export interface Place {
  /** `GET` or `POST`. */
  readonly method: string;
  /** `/v1/voices/{voice_id}` */
  readonly path: string;
  readonly operation: Operation;
}

/** The HTTP description. */
export async function openApiOf(server: TestServer): Promise<OpenApi> {
  return await (await server.get("/openapi.json")).json();
}

/** The description of WebSockets. */
export async function asyncApiOf(server: TestServer): Promise<AsyncApi> {
  return await (await server.get("/asyncapi.json")).json();
}

/** All operations. */
export function placesOf({ paths }: OpenApi): Place[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    ["get", "post"].filter((method) => item[method] !== undefined).map((method) => ({
      method: method.toUpperCase(),
      path,
      operation: item[method] as Operation,
    }))
  );
}

/** Whether it opens a WebSocket. */
export function isSocket({ operation }: Place): boolean {
  return operation.responses["101"] !== undefined;
}

/** The same, whose objects have the fields that are named and no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, closed(inner)]),
  );
  const isOpen = copy.type === "object" && copy.properties !== undefined &&
    copy.additionalProperties === undefined;
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}

const OPTIONS = { strict: true, allowUnionTypes: true, allErrors: true };

/** Checks answers against the operations that gave them. */
export class ResponseChecker {
  /** `GET /v1/voices 200`, each that was checked. */
  readonly seen = new Set<string>();
  readonly #ajv: Ajv2020;

  constructor(document: OpenApi) {
    this.#ajv = new Ajv2020(OPTIONS);
    addFormats.default(this.#ajv);
    // The root of all references is no schema.
    this.#ajv.addVocabulary(Object.keys(document));
    this.#ajv.addSchema(closed(document) as object, "openapi", undefined, false);
  }

  /** Takes an answer whole: its status, type, headers and body are as described. */
  async check({ method, path, operation }: Place, response: Response): Promise<unknown> {
    const name = `${method} ${path} ${response.status}`;
    const described = operation.responses[response.status];
    const text = await response.text();
    assert(described !== undefined, `${name} is not described: ${text}`);
    const type = (response.headers.get("content-type") ?? "").split(";")[0]!;
    assert(described.content?.[type] !== undefined, `${name} is of type ${type}`);
    for (const header of Object.keys(described.headers ?? {})) {
      assert(response.headers.has(header), `${name} has no ${header}`);
    }
    this.seen.add(name);
    if (!type.endsWith("json")) return text;
    const pointer = ["paths", path, method.toLowerCase(), "responses", response.status, "content"];
    const bodies = type === "application/json" ? [text] : text.split("\n").slice(0, -1);
    const values = bodies.map((body) => JSON.parse(body));
    for (const value of values) this.#validate([...pointer, type, "schema"], value, name);
    return values[0];
  }

  #validate(pointer: readonly unknown[], body: unknown, name: string): void {
    const escaped = pointer.map((part) =>
      encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1"))
    );
    const validate = this.#ajv.compile({ $ref: `openapi#/${escaped.join("/")}` });
    assertValid(validate, body, name);
  }
}

/** Checks messages against their schemas. */
export class MessageChecker {
  readonly #validators = new Map<string, ValidateFunction>();

  /** @param side `client` or `server`; what clients send may have fields that no one knows. */
  constructor({ components }: AsyncApi, side: "client" | "server") {
    const ajv = new Ajv(OPTIONS);
    addFormats.default(ajv);
    for (const [key, { name, payload }] of Object.entries(components.messages)) {
      if (!key.startsWith(`${side}_`)) continue;
      const schema = side === "server" ? closed(payload) : payload;
      this.#validators.set(name, ajv.compile(schema as object));
    }
  }

  /** Every type. */
  get types(): string[] {
    return [...this.#validators.keys()];
  }

  /** Whether it is as described; what is of no known type is not. */
  accepts(message: Message): boolean {
    return this.#validators.get(String(message.type))?.(message) ?? false;
  }

  /** Fails if it is not as described. */
  check(message: Message): void {
    const validate = this.#validators.get(String(message.type));
    assert(validate !== undefined, `no type ${message.type}`);
    assertValid(validate, message, String(message.type));
  }
}

function assertValid(validate: ValidateFunction, value: unknown, name: string): void {
  validate(value);
  const told = () => `${name}: ${JSON.stringify(value).slice(0, 2_000)}`;
  assertEquals(validate.errors ?? [], [], told());
}
