import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/errors.ts";
import { settingsTable } from "../../src/lib/settings_reader.ts";
import { loadWorkerConfig, readTls, workerHelp } from "../../src/tts_worker/config.ts";
import { settings } from "../../src/tts_worker/settings.ts";

/** Loads a configuration from flags and these variables. */
function load(args: string[], env: Record<string, string> = {}) {
  return loadWorkerConfig(args, (name) => env[name]);
}

function problemsOf(args: string[], env: Record<string, string> = {}): readonly string[] {
  return assertThrows(() => load(args, env), ConfigError).problems;
}

Deno.test("without flags and variables everything has its default", () => {
  const config = load([]);
  assertEquals(config.port, 7001);
  assertEquals(config.host, "127.0.0.1");
  assertEquals(config.engine, "flite");
  assertEquals(config.threads, navigator.hardwareConcurrency);
  assertEquals(config.metricsPort, -1);
  assert(Object.isFrozen(config));
});

Deno.test("a flag wins over its variable, and an empty variable is none", () => {
  const env = { TTS_WORKER_PORT: "7002", TTS_WORKER_HOST: "0.0.0.0", TTS_WORKER_ENGINE: "" };
  const { port, host, engine } = load(["--port", "7003"], env);
  assertEquals({ port, host, engine }, { port: 7003, host: "0.0.0.0", engine: "flite" });
});

Deno.test("everything that is wrong is told at once", () => {
  const problems = problemsOf(["--port", "x", "--engine=bell", "--nonsense"], {
    TTS_WORKER_THREADS: "0",
  });
  assertEquals(problems.length, 4);
  assertEquals(problems.map((problem) => problem.split(":")[0]), [
    "--nonsense",
    "--port",
    "--engine",
    "TTS_WORKER_THREADS",
  ]);
});

Deno.test("TLS takes a certificate and its key", () => {
  assertStringIncludes(problemsOf(["--tls-cert", "a"])[0]!, "TTS_WORKER_TLS_KEY");
  assertStringIncludes(problemsOf(["--tls-key", "a"])[0]!, "TTS_WORKER_TLS_CERT");
  assertStringIncludes(problemsOf(["--tls-client-ca", "a"])[0]!, "TTS_WORKER_TLS_CLIENT_CA");
  assertEquals(load(["--tls-cert", "a", "--tls-key", "b"]).tlsKey, "b");
});

Deno.test("TLS files are read, and those that cannot be are all named", async () => {
  assertEquals(readTls(load([])), undefined);
  const folder = await Deno.makeTempDir();
  try {
    const [cert, key, ca] = ["cert", "key", "ca"].map((name) => `${folder}/${name}.pem`);
    const config = load(["--tls-cert", cert!, "--tls-key", key!, "--tls-client-ca", ca!]);
    const error = assertThrows(() => readTls(config), ConfigError);
    assertEquals(error.problems.map((problem) => problem.split(":")[0]), [
      "TTS_WORKER_TLS_CERT",
      "TTS_WORKER_TLS_KEY",
      "TTS_WORKER_TLS_CLIENT_CA",
    ]);
    for (const file of [cert!, key!, ca!]) await Deno.writeTextFile(file, `text of ${file}`);
    assertEquals(readTls(config), {
      cert: `text of ${cert}`,
      key: `text of ${key}`,
      clientCa: `text of ${ca}`,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("help and documentation have every setting", async () => {
  const doc = await Deno.readTextFile(new URL("../../docs/tts-worker.md", import.meta.url));
  assertStringIncludes(doc, `\n${settingsTable(settings)}\n`, "docs/tts-worker.md is old");
  for (const { env } of Object.values(settings)) assertStringIncludes(workerHelp(), env);
});

Deno.test("the worker may read every variable that it has", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  const { env } = JSON.parse(text).permissions["tts-worker"];
  for (const setting of Object.values(settings)) assert(env.includes(setting.env), setting.env);
});
