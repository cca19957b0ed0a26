/**
 * Who may import whom. The rooms are the folders of `src`, and some single files.
 */

import { assert, assertEquals } from "@std/assert";

const SRC = new URL("../src/", import.meta.url);

/** For each room the rooms it may import; `npm` and `@std` stand for all packages of their kind. */
const ALLOWED: Record<string, readonly string[]> = {
  "lib": ["lib", "@std"],
  "errors.ts": [],
  "settings.ts": ["lib", "settings"],
  "settings": ["lib"],
  "auth": ["auth", "lib", "speech/fair_queue.ts", "npm", "node"],
  "config.ts": ["lib", "errors.ts", "settings.ts", "settings_file.ts", "@std"],
  "settings_file.ts": ["settings.ts", "node"],
  "speech": ["speech", "lib", "errors.ts"],
  "codecs": ["codecs", "lib", "npm"],
  "engines": ["engines", "lib", "errors.ts", "speech/backend.ts", "npm"],
  "backends": [
    "backends",
    "engines",
    "lib",
    "errors.ts",
    "speech/backend.ts",
    "speech/types.ts",
    "telemetry/profiler/cpu_sampler.ts",
    "telemetry/profiler/sections.ts",
    "grpc",
    "npm",
    "node",
  ],
  "grpc": ["grpc", "lib", "errors.ts", "speech/backend.ts", "npm", "node"],
  "tts_worker": [
    "tts_worker",
    "grpc",
    "backends",
    "engines",
    "telemetry",
    "log_threads.ts",
    "lib",
    "errors.ts",
    "speech/backend.ts",
    "npm",
    "node",
    "@std",
  ],
  "dialects": ["dialects", "lib", "errors.ts", "speech/types.ts", "speech/limits.ts"],
  "telemetry": [
    "telemetry",
    "lib",
    "errors.ts",
    "speech/types.ts",
    "speech/events.ts",
    "npm",
    "node",
  ],
  "http": [
    "http",
    "auth",
    "speech",
    "dialects",
    "codecs",
    "telemetry",
    "lib",
    "errors.ts",
    "version.ts",
    "@std",
    "node",
  ],
  "cli": ["cli", "auth", "codecs", "lib", "errors.ts", "@std"],
  "web": ["web", "lib"],
  "docs.ts": ["config.ts", "lib", "telemetry/metrics/markdown.ts", "tts_worker/settings.ts"],
  "open_backend.ts": ["*"],
  "log_threads.ts": ["backends", "telemetry"],
  "open_admission.ts": ["config.ts", "http", "lib"],
  "open_gates.ts": ["config.ts", "errors.ts", "auth", "http", "lib", "telemetry", "node"],
  "open_listener.ts": ["config.ts", "errors.ts", "http", "lib", "telemetry", "node"],
  "open_profiler.ts": ["config.ts", "errors.ts", "telemetry"],
  "session_context.ts": ["config.ts", "errors.ts", "speech", "dialects", "lib"],
  "reload.ts": ["config.ts", "errors.ts", "settings.ts", "telemetry", "node"],
  "processes": [
    "processes",
    "config.ts",
    "settings",
    "errors.ts",
    "http",
    "lib",
    "telemetry",
    "@std",
    "node",
  ],
  "server.ts": ["*"],
  "mod.ts": ["*"],
};

/** Specifiers of static and dynamic imports and re-exports. */
const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/g;

interface Import {
  readonly file: string;
  readonly target: string;
}

async function* sourceFiles(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), folder);
    if (entry.isDirectory) yield* sourceFiles(url);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) yield url;
  }
}

async function imports(): Promise<Import[]> {
  const found: Import[] = [];
  for await (const url of sourceFiles(SRC)) {
    const text = await Deno.readTextFile(url);
    for (const match of text.matchAll(IMPORT)) {
      found.push({ file: inSrc(url), target: targetOf((match[1] ?? match[2])!, url) });
    }
  }
  return found;
}

function targetOf(specifier: string, from: URL): string {
  if (specifier.startsWith(".")) return inSrc(new URL(specifier, from));
  if (specifier.startsWith("@std/") || specifier.startsWith("deno-std/")) return "@std";
  return specifier.startsWith("node:") ? "node" : "npm";
}

function inSrc(url: URL): string {
  return url.href.slice(SRC.href.length);
}

function roomOf(file: string): string {
  return file.split("/")[0]!;
}

function isAllowed({ file, target }: Import): boolean {
  const allowed = ALLOWED[roomOf(file)] ?? [];
  return allowed.includes("*") || allowed.includes(target) || allowed.includes(roomOf(target));
}

Deno.test("every import is along an allowed edge", async () => {
  const all = await imports();
  assert(all.length > 100, `only ${all.length} imports were found`);
  const wrong = all.filter((edge) => !isAllowed(edge));
  assertEquals(wrong.map(({ file, target }) => `${file} imports ${target}`), []);
});

Deno.test("the core knows no runtime and no package", async () => {
  for await (const url of sourceFiles(new URL("speech/", SRC))) {
    const text = await Deno.readTextFile(url);
    assertEquals(
      /\bDeno\.|\bsetTimeout\b|\bsetInterval\b|\bDate\.now\b/.test(text),
      false,
      url.href,
    );
  }
});

Deno.test("files are read in one sitting", async () => {
  for await (const url of sourceFiles(SRC)) {
    if (url.pathname.includes("/grpc/gen/")) continue;
    const lines = (await Deno.readTextFile(url)).split("\n").length;
    assert(lines <= 320, `${inSrc(url)} has ${lines} lines`);
  }
});
