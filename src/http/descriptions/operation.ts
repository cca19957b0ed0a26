/**
 * Operations of an OpenAPI document, in few words.
 *
 * Source: the OpenAPI Specification 3.1.0, "Operation Object".
 *
 * @module
 */

import { ref, type Schema } from "./schema.ts";

/** Groups of operations. */
export const TAGS = {
  Speech: "The server's own protocol.",
  Deepgram: "What Deepgram's clients use.",
  OpenAI: "What OpenAI's clients use.",
  ElevenLabs: "What ElevenLabs' clients use.",
  Cartesia: "What Cartesia's clients use.",
  Twilio: "What Twilio's phone calls use.",
  Operation: "What operators and their tools use.",
} as const;

/** Name of a group. */
export type Tag = keyof typeof TAGS;

/** A parameter of the query, or a header. */
export interface Parameter {
  readonly name: string;
  readonly in: "query" | "header" | "path";
  readonly description: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** An answer. */
export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { description: string; schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** Answers by their status. */
export type Answers = Readonly<Record<number, Answer>>;

/** Security schemes, of which one has to be satisfied; `{}` is none. */
export type Security = readonly Readonly<Record<string, readonly string[]>>[];

/** What one method of one path does. */
export interface Operation {
  readonly tags: readonly Tag[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: Answers;
  /** Absent: a listener's key. */
  readonly security?: Security;
}

/** What is posted. */
export interface RequestBody {
  readonly required: true;
  readonly content: { readonly "application/json": { readonly schema: Schema } };
}

/** Operations by method and path, in the words of the route table: `GET /v1/voices/:voice_id`. */
export type Operations = Readonly<Record<string, Operation>>;

/** Operations, and the schemas that they refer to. */
export interface Part {
  readonly operations: Operations;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** A parameter of the query. */
export function query(name: string, schema: Schema): Parameter {
  const { description, ...rest } = schema;
  return { name, in: "query", description: String(description), schema: rest };
}

/** A parameter of the query that has to be there. */
export function requiredQuery(name: string, schema: Schema): Parameter {
  return { ...query(name, schema), required: true };
}

/** A JSON body to post. */
export function jsonBody(schema: Schema): RequestBody {
  return { required: true, content: { "application/json": { schema } } };
}

/** An answer in JSON. */
export function json(description: string, schema: Schema): Answer {
  return { description, content: { "application/json": { schema } } };
}

/** An answer of bytes, of one of these media types. */
export function bytes(description: string, types: readonly string[]): Answer {
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) };
}

/** What each status of a refusal means here. */
const REFUSALS = {
  400: "The request cannot be understood, or asks for what there is not.",
  401: "The server has keys, and none that it knows was shown.",
  403:
    "Not for who asks: a page of another origin than ALLOWED_ORIGINS, or no key of the right kind.",
  404: "There is no such thing.",
  408: "The body came too slowly.",
  409: "It is in use already.",
  413: "The body, or the text in it, is too long.",
  415: "The body has a content encoding.",
  422: "A field or a parameter cannot be used.",
  426: "This is a WebSocket; the request is no handshake.",
  429: "Too many wrong keys came from this address, or too much was asked. See Retry-After.",
  500: "The speech could not be made, or the server failed.",
  503: "There is no place now. See Retry-After.",
} as const;

/** A status with which a request is refused. */
export type RefusalStatus = keyof typeof REFUSALS;

/** Statuses of whatever needs a listener's key. */
export const GUARDED = [401, 403, 429] as const satisfies RefusalStatus[];

/** Refusals whose body is the schema of that name. */
export function refusals(schema: string, statuses: readonly RefusalStatus[]): Answers {
  return Object.fromEntries(
    statuses.map((status) => [status, json(REFUSALS[status], ref(schema))]),
  );
}

/** A WebSocket: what a client gets that connects, and what a plain request gets. */
export function socket(
  { tag, summary, description, error, also = [], parameters }: {
    readonly tag: Tag;
    readonly summary: string;
    readonly description: string;
    /** Name of the schema of refusals. */
    readonly error: string;
    /** More statuses of refusals. */
    readonly also?: readonly RefusalStatus[];
    readonly parameters?: readonly Parameter[];
  },
): Operation {
  return {
    tags: [tag],
    summary,
    description: `${description} Its messages: \`/asyncapi.json\`.`,
    ...(parameters && { parameters }),
    responses: {
      101: { description: "The WebSocket is open." },
      ...refusals(error, [400, ...GUARDED, 426, 503, ...also]),
    },
  };
}
