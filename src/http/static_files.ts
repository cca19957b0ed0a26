/**
 * The files for browsers: read once, served with their types, validators and a policy that lets a
 * page run nothing but what comes from here.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { GetRoutes, Route } from "./route.ts";

/** Content types by the end of a name, the more exact one first. */
const TYPES: readonly (readonly [ending: string, type: string])[] = [
  [".d.ts", "application/typescript; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
];

/** What a page may do: load and connect to what is here, run no inline code, be in no frame. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A name that tells the content, as the bundler gives to chunks: `chunk-5XQ2ABCD.js`. */
const HASHED = /-[0-9A-Z]{8}\.\w+$/;

const NOT_MODIFIED = 304;

/** One file, ready to be served. */
interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same in gzip; undefined where that gains nothing. */
  readonly zipped: Uint8Array<ArrayBuffer> | undefined;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads the files of a folder, which must be flat, and serves each at its name; `index.html` at `/`.
 * Throws when the folder cannot be read.
 */
export function staticRoutes(folder: URL): GetRoutes {
  const routes: Record<string, Route> = {};
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    const type = typeOf(name);
    if (!isFile || type === undefined) continue;
    const file = prepare(name, type, Deno.readFileSync(new URL(name, folder)));
    routes[name === "index.html" ? "/" : `/${name}`] = ({ headers }) => answer(file, headers);
  }
  return routes;
}

function typeOf(name: string): string | undefined {
  return TYPES.find(([ending]) => name.endsWith(ending))?.[1];
}

function prepare(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): StaticFile {
  const zipped = new Uint8Array(gzipSync(bytes, { level: 9 }));
  const isPage = type.startsWith("text/html");
  return {
    bytes,
    zipped: zipped.length < bytes.length ? zipped : undefined,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    headers: {
      "content-type": type,
      "cache-control": HASHED.test(name) ? "public, max-age=31536000, immutable" : "no-cache",
      "vary": "accept-encoding",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(isPage ? pageHeaders() : libraryHeaders(name)),
    },
  };
}

function pageHeaders(): Record<string, string> {
  return {
    "content-security-policy": PAGE_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
  };
}

/** Pages of other origins may use the library; Deno finds its types by the header. */
function libraryHeaders(name: string): Record<string, string> {
  return {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    ...(name === "client.js" ? { "x-typescript-types": "./client.d.ts" } : {}),
  };
}

function answer({ bytes, zipped, etag, headers }: StaticFile, request: Headers): Response {
  const common = { ...headers, etag };
  if (matches(request.get("if-none-match"), etag)) {
    return new Response(null, { status: NOT_MODIFIED, headers: common });
  }
  if (zipped === undefined || !takesGzip(request.get("accept-encoding"))) {
    return new Response(bytes, { headers: common });
  }
  return new Response(zipped, { headers: { ...common, "content-encoding": "gzip" } });
}

/** Weak comparison (RFC 9110, 13.1.2). */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => ["*", etag].includes(one.trim().replace(/^W\//, "")));
}

function takesGzip(header: string | null): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(header ?? "");
}
