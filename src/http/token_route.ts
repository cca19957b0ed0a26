/**
 * `POST /v1/token`: from a key to a short-lived token, for whoever has a page to put it into.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { DEFAULT_LIFE_S, MAX_LIFE_S, type Tokens } from "../auth/tokens.ts";
import { attempt, type Message, readNumber } from "../dialects/fields.ts";
import type { Visitor } from "./gate.ts";
import { readJson } from "./json_body.ts";
import { badRequest, type HttpRefusal, refuse } from "./refusal.ts";
import type { Route } from "./route.ts";

/** Bytes of a body that asks for a token. */
const MAX_BODY_BYTES = 1_024;

/** Sessions at the same time that a token may be limited to. */
export const MAX_SESSIONS = 100_000;

/** The route: answers who has shown a key. */
export function tokenRoute(tokens: Tokens): Route {
  return (request, { visitor }) =>
    visitor?.hasKey ? answer(request, visitor, tokens) : refuse(keyOnly);
}

async function answer(request: Request, visitor: Visitor, tokens: Tokens): Promise<Response> {
  const json = await readJson(request, MAX_BODY_BYTES);
  if ("refusal" in json) return refuse(json.refusal);
  const wanted = attempt(() => readWanted(json.body));
  if ("field" in wanted) return refuse(badRequest(wanted));
  const limits = [wanted.maxSessions, visitor.maxSessions].filter((limit) => limit !== undefined);
  const maxSessions = limits.length > 0 ? Math.min(...limits) : undefined;
  const token = await tokens.issue({ ...visitor, maxSessions }, wanted.lifeS);
  const expiresAt = new Date(Date.now() + wanted.lifeS * 1000).toISOString();
  return Response.json({ token, expires_in: wanted.lifeS, expires_at: expiresAt }, {
    headers: { "cache-control": "no-store" },
  });
}

function readWanted(body: Message): { lifeS: number; maxSessions: number | undefined } {
  return {
    lifeS: Math.floor(
      readNumber(body, "expires_in", { min: 1, max: MAX_LIFE_S }) ?? DEFAULT_LIFE_S,
    ),
    maxSessions: readInteger(body, "max_sessions"),
  };
}

function readInteger(body: Message, field: string): number | undefined {
  const value = readNumber(body, field, { min: 1, max: MAX_SESSIONS });
  return value === undefined ? undefined : Math.floor(value);
}

const keyOnly: HttpRefusal = {
  status: STATUS_CODE.Forbidden,
  error: {
    code: "forbidden",
    message: "a token is given for a key; the server must have keys, and one must be shown",
  },
};
