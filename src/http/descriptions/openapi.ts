/**
 * The server's paths as an OpenAPI document.
 *
 * Source: the OpenAPI Specification 3.1.0.
 *
 * @module
 */

import { VERSION } from "../../version.ts";
import type { ListedRoute } from "../route_table.ts";
import { cartesiaPart } from "./cartesia.ts";
import { deepgramPart } from "./deepgram.ts";
import { elevenLabsPart } from "./elevenlabs.ts";
import type { Facts } from "./facts.ts";
import { openApiSchemes, openApiSecurity } from "./keys.ts";
import { nativePart } from "./native.ts";
import { openAiPart } from "./openai.ts";
import { type Operation, type Operations, type Parameter, type Part, TAGS } from "./operation.ts";
import { operatorsPart } from "./operators.ts";

const ABOUT = "Streams text to speech. Clients of Deepgram, OpenAI, ElevenLabs and Cartesia are " +
  "served under their own paths; docs/compatibility.md says how far.\n\n" +
  "Whatever answers GET answers HEAD, and paths for listeners answer OPTIONS (CORS). What is " +
  "not there is answered with 404, a wrong method with 405, and a fault of the server's own " +
  "with 500, all with the schema `Error`. Files for browsers are not described.";

/** What a name in a path stands for. */
const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  voice_id: "A name of a voice.",
  id: "A name of a voice.",
  model: "Name of the model.",
};

/** The description of these routes. */
export function openApi(facts: Facts, routes: readonly ListedRoute[]): object {
  const parts = partsOf(facts);
  const operations = operationsOf(parts);
  return {
    openapi: "3.1.0",
    info: { title: "Syrinx", version: VERSION, description: ABOUT, license: { name: "MIT" } },
    servers: [{ url: "/" }],
    security: openApiSecurity,
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(routes.map((route) => [
      route.path.replaceAll(/:(\w+)/g, "{$1}"),
      describePath(route, operations),
    ])),
    components: {
      schemas: Object.assign({}, ...parts.map(({ schemas }) => schemas)),
      securitySchemes: openApiSchemes,
    },
  };
}

/** Everything that is described, whether it is there or not: `GET /v1/voices/:voice_id`. */
export function describedOperations(facts: Facts): string[] {
  return Object.keys(operationsOf(partsOf(facts)));
}

function partsOf(facts: Facts): readonly Part[] {
  return [nativePart(facts), deepgramPart, openAiPart, elevenLabsPart, cartesiaPart, operatorsPart];
}

function operationsOf(parts: readonly Part[]): Operations {
  return Object.assign({}, ...parts.map(({ operations }) => operations));
}

function describePath({ path, methods }: ListedRoute, operations: Operations): object {
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => pathParameter(name!));
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...Object.fromEntries(methods.map((method) => [
      method.toLowerCase(),
      describe(method, path, operations[`${method} ${path}`]),
    ])),
  };
}

/** What no one has described is told all the same, without an id: the tests look for it. */
function describe(method: string, path: string, operation: Operation | undefined): object {
  if (operation === undefined) return { responses: { default: { description: "Not described." } } };
  return { operationId: idOf(method, path), ...operation };
}

/** `POST /v1/audio/speech` -> `postV1AudioSpeech` */
function idOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return method.toLowerCase() +
    words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}

function pathParameter(name: string): Parameter {
  return {
    name,
    in: "path",
    description: PATH_PARAMETERS[name] ?? name,
    required: true,
    schema: { type: "string" },
  };
}
