/**
 * Finding the routes of a path.
 *
 * @module
 */

import type { Methods, Route, Routes } from "./route.ts";

/** The routes of a path, and what its pattern's names stand for. */
export interface Match {
  readonly methods: Methods;
  readonly params: Readonly<Record<string, string>>;
}

/** A path, or a pattern of paths, and the methods that it takes. */
export interface ListedRoute {
  readonly path: string;
  /** HEAD is not told: whoever answers GET answers it. */
  readonly methods: readonly (keyof Methods)[];
}

/** What there is, in the order in which it is looked for. */
export function listRoutes(routes: Routes): ListedRoute[] {
  return Object.entries(routes).map(([path, route]) => ({
    path,
    methods: Object.keys(methodsOf(route)) as (keyof Methods)[],
  }));
}

function methodsOf(route: Route | Methods): Methods {
  return typeof route === "function" ? { GET: route } : route;
}

/** Where a pattern has a name. */
const NAME = /:(\w+)/g;

const NO_PARAMS: Match["params"] = {};

/** Routes by path: most are found by name, and few by pattern. */
export class RouteTable {
  readonly #exact = new Map<string, Methods>();
  readonly #patterns: { readonly pattern: RegExp; readonly methods: Methods }[] = [];

  constructor(routes: Routes) {
    for (const [path, route] of Object.entries(routes)) {
      const methods = methodsOf(route);
      if (!path.includes("/:")) this.#exact.set(path, methods);
      else this.#patterns.push({ pattern: toPattern(path), methods });
    }
  }

  /** What stands behind a path of a URL; undefined where nothing does. */
  find(path: string): Match | undefined {
    const methods = this.#exact.get(path);
    if (methods !== undefined) return { methods, params: NO_PARAMS };
    for (const { pattern, methods } of this.#patterns) {
      const groups = pattern.exec(path)?.groups;
      if (groups !== undefined) return { methods, params: decoded(groups) };
    }
    return undefined;
  }
}

/** A name stands for everything up to the next slash. */
function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(NAME, "(?<$1>[^/]+)")}$`);
}

function decoded(groups: Record<string, string>): Match["params"] {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => [name, decode(value)]),
  );
}

/** As it is where it is no valid escape. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
