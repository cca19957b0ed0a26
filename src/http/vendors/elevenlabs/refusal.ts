/**
 * Refusals in ElevenLabs' words.
 *
 * Source: ElevenLabs' documentation, "Errors"; `HttpValidationError` of
 * @elevenlabs/elevenlabs-js 2.73.0 for what is wrong with a field.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { BadParameter } from "../../../dialects/dialect.ts";
import { errorName } from "../../../dialects/elevenlabs/error_names.ts";
import { currentContext } from "../../../telemetry/context.ts";
import type { JsonError } from "../../json_error.ts";
import type { HttpRefusal, Refuse } from "../../refusal.ts";

/** What of a request a refusal is about. */
type Place = "body" | "query";

/** Says why a request is not served; where it is for a field, that is one of the query. */
export const refuseElevenLabs: Refuse = (refusal) => refuse(refusal, "query");

/** The same, about fields of the body. */
export const refuseBody: Refuse = (refusal) => refuse(refusal, "body");

/** The voice of the path is not known. */
export function unknownVoice(name: string): BadParameter {
  return { field: "voice_id", message: `there is no voice ${JSON.stringify(name)}` };
}

const UNAUTHORIZED = "Invalid API key. Send a key of this server in the header xi-api-key.";

/** `detail` of an answer, which says what is wrong. */
export function detailOf(refusal: HttpRefusal): object {
  const { error } = refusal;
  const name = nameOf(error);
  return {
    type: typeOf(statusOf(refusal)),
    code: name,
    status: name,
    message: error.code === "unauthorized" ? UNAUTHORIZED : withAllowed(error),
    request_id: requestId(),
    ...(error.field === undefined ? {} : { param: error.field }),
  };
}

/** What the log knows the request by. */
export function requestId(): string {
  return currentContext()?.request_id ?? crypto.randomUUID();
}

function refuse(refusal: HttpRefusal, place: Place): Response {
  const { error } = refusal;
  const headers = { "x-request-id": requestId(), ...refusal.headers };
  if (!isInvalid(error)) {
    return Response.json({ detail: detailOf(refusal) }, { status: statusOf(refusal), headers });
  }
  const { field } = error;
  const loc = field === undefined ? [place] : [place, ...field.split(".")];
  const detail = [{ type: "value_error", loc, msg: withAllowed(error) }];
  return Response.json({ detail }, { status: STATUS_CODE.UnprocessableEntity, headers });
}

/** Whether the request itself makes no sense, whoever reads it. */
function isInvalid({ code, field }: JsonError): boolean {
  return code === "bad_json" || (code === "bad_message" && field !== undefined && !isVoice(field));
}

function statusOf({ status, error: { field } }: HttpRefusal): number {
  return isVoice(field) ? STATUS_CODE.NotFound : status;
}

function isVoice(field: string | undefined): boolean {
  return field === "voice_id";
}

function nameOf({ code, field }: JsonError): string {
  if (isVoice(field)) return "voice_not_found";
  switch (code) {
    case "not_found":
    case "method_not_allowed":
    case "forbidden":
    case "busy":
      return code;
    default:
      return errorName(code);
  }
}

/** The kinds of errors that the documentation has. */
function typeOf(status: number): string {
  switch (status) {
    case STATUS_CODE.Unauthorized:
      return "authentication_error";
    case STATUS_CODE.Forbidden:
      return "authorization_error";
    case STATUS_CODE.NotFound:
      return "not_found";
    case STATUS_CODE.TooManyRequests:
      return "rate_limit_error";
    case STATUS_CODE.ServiceUnavailable:
      return "service_unavailable";
    default:
      return status < STATUS_CODE.InternalServerError ? "validation_error" : "internal_error";
  }
}

function withAllowed({ message, allowed }: JsonError): string {
  return allowed === undefined ? message : `${message}; it may be ${allowed.join(", ")}`;
}
