/**
 * Where keys are shown, as security schemes; those of the two documents differ a little.
 *
 * Source: "Security Scheme Object" of OpenAPI 3.1.0 and of AsyncAPI 3.0.0.
 *
 * @module
 */

import { KEY_HEADERS, KEY_PARAMETERS } from "../shown_keys.ts";

/** A place for keys. */
interface Place {
  readonly name: string;
  readonly in: "header" | "query";
  readonly description: string;
}

/** A key's own header or parameter, by the scheme's name. */
const PLACES: Readonly<Record<string, Place>> = Object.fromEntries([
  ...KEY_HEADERS.map((name) => ["header", name] as const),
  ...KEY_PARAMETERS.map((name) => ["query", name] as const),
].map(([place, name]) => [
  `${place}_${name}`,
  { name, in: place, description: "A key, or a token of `POST /v1/token`." },
]));

const bearer = {
  type: "http",
  scheme: "bearer",
  description: "`Authorization: Bearer KEY`: a key, or a token of `POST /v1/token`.",
};

/** `Authorization` with another word than `Bearer`. */
const token = {
  name: "authorization",
  in: "header",
  description: "`Authorization: Token KEY`, as Deepgram's clients write it.",
} as const;

const withType = (type: string, places: Readonly<Record<string, Place>>) =>
  Object.fromEntries(Object.entries(places).map(([id, place]) => [id, { type, ...place }]));

const listenerPlaces = { header_authorization: token, ...PLACES };

/** For listeners. */
const listenerNames = ["bearer", ...Object.keys(listenerPlaces)];

/** OpenAPI's. */
export const openApiSchemes = {
  bearer,
  ...withType("apiKey", listenerPlaces),
  adminBearer: {
    ...bearer,
    description: "One of ADMIN_KEYS. Without any, only programs on the server's machine may ask.",
  },
  ...withType("apiKey", {
    adminToken: { name: "token", in: "query", description: "One of ADMIN_KEYS." },
  }),
};

/** A listener's key in any of the places, or none where the server has none. */
export const openApiSecurity = [{}, ...listenerNames.map((name) => ({ [name]: [] }))];

/** AsyncAPI's. */
export const asyncApiSchemes = { bearer, ...withType("httpApiKey", listenerPlaces) };

/** A listener's key in any of the places. */
export const asyncApiSecurity = listenerNames.map((name) => ({
  $ref: `#/components/securitySchemes/${name}`,
}));
