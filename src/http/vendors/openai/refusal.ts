/**
 * Refusals in OpenAI's words.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { explain, openAiError } from "../../../dialects/openai/errors.ts";
import type { Refuse } from "../../refusal.ts";
import { requestIdHeader } from "./request_id.ts";

const UNAUTHORIZED =
  "Incorrect API key provided. Send a key of this server as Authorization: Bearer KEY.";

/** Says why a request is not served. */
export const refuseOpenAi: Refuse = ({ status, error, headers }) => {
  const message = error.code === "unauthorized" ? UNAUTHORIZED : explain(error);
  return Response.json({ error: openAiError({ ...error, message }) }, {
    status: knownStatus(status),
    headers: { ...requestIdHeader(), ...headers },
  });
};

/** OpenAI's SDKs have an error class for 400 and none for 413. */
function knownStatus(status: number): number {
  return status === STATUS_CODE.ContentTooLarge ? STATUS_CODE.BadRequest : status;
}
