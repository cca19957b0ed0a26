/**
 * What operators use: health, measurements, profiles, and these descriptions.
 *
 * @module
 */

import { RECORDING } from "../debug.ts";
import { summary, waterfall } from "./measurements.ts";
import {
  type Answers,
  bytes,
  json,
  type Operation,
  type Part,
  query,
  refusals,
  type Security,
} from "./operation.ts";
import { choice, described, map, number, object, ref, type Schema, string } from "./schema.ts";

/** An admin's key, or none where the server has none: then only its own machine may ask. */
const ADMIN: Security = [{}, { adminBearer: [] }, { adminToken: [] }];

/** No key. */
const ANYONE: Security = [];

const health = described(
  "How the server is.",
  object({
    status: choice(
      "`degraded`: it serves, but a part is not well. `unavailable`: send listeners elsewhere.",
      ["ok", "degraded", "unavailable"],
    ),
    uptime_seconds: number("Time since the start.", { minimum: 0 }),
    checks: map(
      "By part.",
      object({
        status: choice("Whether the part is well.", ["ok", "fail"]),
        reason: string("Why that is believed."),
      }),
    ),
  }),
);

function healthCheck(summary: string, more: Answers = {}): Operation {
  return {
    tags: ["Operation"],
    summary,
    security: ANYONE,
    responses: {
      200: json("`ok` or `degraded`.", ref("Health")),
      ...more,
    },
  };
}

const unavailable: Answers = { 503: json("`unavailable`.", ref("Health")) };

const metrics: Operation = {
  tags: ["Operation"],
  summary: "Every metric",
  description: "As Prometheus text, or as OpenMetrics to who asks for it with `Accept`.",
  security: ADMIN,
  responses: {
    200: bytes("The metrics.", ["text/plain", "application/openmetrics-text"]),
    ...refusals("Error", [401, 403, 404, 429]),
  },
};

const summaryOperation: Operation = {
  tags: ["Operation"],
  summary: "The most important numbers, or one session's waterfall",
  description: "A session's waterfall is also for whoever may speak, and knows the session's id.",
  security: ADMIN,
  parameters: [query("session", string("A `session_id`: what it said, sentence by sentence."))],
  responses: {
    200: json("The numbers, or with `session` the waterfall.", {
      anyOf: [ref("Summary"), ref("Waterfall")],
    }),
    ...refusals("Error", [400, 401, 403, 404, 429]),
  },
};

function profile(
  { summary, file, parameters, wrong = [] }: Pick<Operation, "summary" | "parameters"> & {
    readonly file: string;
    /** Where a parameter can be. */
    readonly wrong?: readonly 400[];
  },
): Operation {
  return {
    tags: ["Operation"],
    summary,
    ...(parameters && { parameters }),
    security: ADMIN,
    responses: {
      200: {
        ...json(`A \`${file}\`, as Chrome's developer tools open it.`, { type: "object" }),
        headers: {
          "content-disposition": { description: "Its name.", schema: { type: "string" } },
        },
      },
      ...refusals("Error", [...wrong, 401, 403, 409, 429, 500]),
    },
  };
}

const seconds = number("How long to record.", {
  minimum: RECORDING.min,
  maximum: RECORDING.max,
  default: RECORDING.usual,
});

const processNumber = string(
  "Of several processes (`PROCESSES`) the one with this number, from 1; else the one that answers. " +
    "404 where it is none.",
);

function description(summary: string, schema: Schema): Operation {
  return {
    tags: ["Operation"],
    summary,
    security: ANYONE,
    responses: { 200: json("The document.", schema) },
  };
}

/** What else there is in it is told by its own standard. */
function document(field: string, what: string): Schema {
  return { ...object({ [field]: string(what) }), additionalProperties: true };
}

const healthOf = healthCheck("Whether the server is well", unavailable);
const readiness = healthCheck("Whether the server takes sessions", unavailable);
const liveness = healthCheck("Whether the process answers");

/** The paths. */
export const operatorsPart: Part = {
  schemas: { Health: health, Summary: summary, Waterfall: waterfall },
  operations: {
    "GET /health": healthOf,
    "GET /healthz": healthOf,
    "GET /readiness": readiness,
    "GET /readyz": readiness,
    "GET /liveness": liveness,
    "GET /livez": liveness,
    "GET /metrics": metrics,
    "GET /metrics/summary": summaryOperation,
    "GET /debug/profile": profile({
      summary: "A CPU profile",
      file: ".cpuprofile",
      parameters: [query("seconds", seconds), query("process", processNumber)],
      wrong: [400],
    }),
    "GET /debug/heap": profile({
      summary: "A heap snapshot",
      file: ".heapsnapshot",
      parameters: [query("process", processNumber)],
    }),
    "GET /openapi.json": description(
      "This description",
      document("openapi", "Version of OpenAPI."),
    ),
    "GET /asyncapi.json": description(
      "The WebSockets, and the messages of the session protocol",
      document("asyncapi", "Version of AsyncAPI."),
    ),
  },
};
