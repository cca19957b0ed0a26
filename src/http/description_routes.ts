/**
 * `GET /openapi.json` and `GET /asyncapi.json`: what the server has, for programs that read it. They
 * need no key, since they tell nothing that takes one to learn.
 *
 * @module
 */

import { asyncApi, withAddress } from "./descriptions/asyncapi.ts";
import type { Facts } from "./descriptions/facts.ts";
import { openApi } from "./descriptions/openapi.ts";
import type { GetRoutes, Routes } from "./route.ts";
import { listRoutes } from "./route_table.ts";

/** The paths; `others` are all that are to be described beside these. Built when first asked for. */
export function descriptionRoutes(facts: Facts, others: Routes): GetRoutes {
  let paths: string | undefined;
  let sockets: object | undefined;
  const routes: GetRoutes = {
    "/openapi.json": () => {
      paths ??= toText(openApi(facts, listRoutes({ ...others, ...routes })));
      return answer(paths);
    },
    "/asyncapi.json": (_request, { url }) => {
      sockets ??= asyncApi(facts);
      return answer(toText(withAddress(sockets, url)));
    },
  };
  return routes;
}

/** Indented, for those who look at it with their own eyes. */
function toText(document: object): string {
  return JSON.stringify(document, null, 2) + "\n";
}

function answer(body: string): Response {
  return new Response(body, {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
