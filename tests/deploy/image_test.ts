import { assert, assertEquals, assertMatch } from "@std/assert";
import { settings as serverSettings } from "../../src/settings.ts";
import { settings as workerSettings } from "../../src/tts_worker/settings.ts";
import { envFile, problemsOf, ROOT, text, type Tree, yaml, yamlDocuments } from "./files.ts";

/** Instructions of the Dockerfile: name and the rest, continued lines joined. */
async function instructions(): Promise<{ name: string; rest: string }[]> {
  const lines = (await text("deploy/Dockerfile")).replaceAll("\\\n", "").split("\n");
  return lines.filter((line) => /^[A-Z]/.test(line)).map((line) => {
    const [, name, rest] = /^(\w+)\s+(.*)$/.exec(line)!;
    return { name: name!, rest: rest! };
  });
}

async function valuesOf(name: string): Promise<string[]> {
  return (await instructions()).filter((line) => line.name === name).map(({ rest }) => rest);
}

/** How a task starts its program. */
async function taskOf(name: string): Promise<string[]> {
  const { tasks } = JSON.parse(await text("deno.json"));
  return tasks[name].command.split(" ");
}

/** The command line of a container, without what only says that all packages are there. */
async function commandLine(args: readonly string[]): Promise<string[]> {
  const [entrypoint] = await valuesOf("ENTRYPOINT");
  return [...JSON.parse(entrypoint!), ...args].filter((word) => word !== "--cached-only");
}

Deno.test("the image starts the programs as the tasks do, with the same rights", async () => {
  const [command] = await valuesOf("CMD");
  assertEquals(await commandLine(JSON.parse(command!)), await taskOf("start"));
  const [server] = await yamlDocuments("deploy/kubernetes/server.yaml");
  assertEquals(await commandLine(argsOf(server)), await taskOf("start-fleet"));
  const [worker] = await yamlDocuments("deploy/kubernetes/tts-worker.yaml");
  assertEquals(await commandLine(argsOf(worker)), await taskOf("tts-worker"));
  const { services } = await yaml("deploy/compose/compose.yaml");
  assertEquals(await commandLine(services["syrinx-1"].command), await taskOf("start-fleet"));
  assertEquals(await commandLine(services["tts-worker"].command), await taskOf("tts-worker"));
});

Deno.test("what the image copies is there, and is not ignored", async () => {
  const ignore = (await text("deploy/Dockerfile.dockerignore")).split("\n");
  const kept = ignore.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  assert(ignore.includes("*"));
  const copied = (await valuesOf("COPY")).flatMap((rest) => rest.split(" ").slice(0, -1));
  assertEquals(copied.toSorted(), kept.toSorted());
  for (const path of copied) await Deno.stat(new URL(path, ROOT));
});

Deno.test("every module that is compiled in advance is there", async () => {
  const [, command] = await valuesOf("RUN");
  const modules = command!.match(/\S+\.ts/g)!;
  for (const module of modules) await Deno.stat(new URL(module, ROOT));
  const { tasks } = JSON.parse(await text("deno.json"));
  for (const name of ["start", "start-fleet", "tts-worker"]) {
    assert(modules.includes(tasks[name].command.split(" ").at(-1)), name);
  }
});

Deno.test("the image sets settings that exist, listens outside, and tells its ports", async () => {
  const pairs = (await valuesOf("ENV")).flatMap((rest) => rest.split(" "))
    .map((pair) => pair.split("=") as [string, string])
    .filter(([name]) => !name.startsWith("DENO_"));
  assertEquals(problemsOf(Object.fromEntries(pairs)), []);
  assertEquals(pairs.map(([, value]) => value), ["0.0.0.0", "0.0.0.0"]);
  const { TTS_WORKER_METRICS_PORT } = await envFile("deploy/kubernetes/tts-worker.env");
  const [ports] = await valuesOf("EXPOSE");
  assertEquals(
    ports,
    [
      serverSettings.port.fallback,
      workerSettings.port.fallback,
      TTS_WORKER_METRICS_PORT,
    ].join(" "),
  );
});

Deno.test("the image is built with the version of Deno that the project is made for, and runs as nobody", async () => {
  const [image] = await valuesOf("ARG");
  const version = /deno@(\d+\.\d+\.\d+)/.exec(await text("README.md"))![1];
  assertMatch(image!, new RegExp(`^DENO_IMAGE=\\S+:${version}$`));
  assertMatch((await valuesOf("USER"))[0]!, /^[1-9]\d+:[1-9]\d+$/);
});

Deno.test("wherever the image is named it has the version that the project has", async () => {
  const { version } = JSON.parse(await text("deno.json"));
  const { services } = await yaml("deploy/compose/compose.yaml");
  assertEquals(services["syrinx-1"].image, `syrinx:${version}`);
  const { images } = await yaml("deploy/kubernetes/kustomization.yaml");
  assertEquals([images[0].name, images[0].newTag], ["syrinx", version]);
  for (const path of ["deploy/Dockerfile", "docs/deploy.md"]) {
    const tags = (await text(path)).matchAll(/\bsyrinx:(\d+\.\d+\.\d+)/g).map(([, tag]) => tag);
    for (const tag of tags) assertEquals(tag, version, path);
  }
});

function argsOf(deployment: Tree): string[] {
  return deployment.spec.template.spec.containers[0].args;
}
