import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { settings } from "../../src/settings.ts";
import { numberOf, problemsOf, ROOT, secondsOf, text, type Tree, yaml } from "./files.ts";

const FILE = "deploy/compose/compose.yaml";

async function services(): Promise<Record<string, Tree>> {
  return (await yaml(FILE)).services;
}

/** The servers and the workers, which are built from this project. */
async function programs(): Promise<[string, Tree][]> {
  return Object.entries(await services()).filter(([, service]) => service.build !== undefined);
}

/** A service's variables; a key that whoever starts it has to choose is chosen here. */
function variablesOf({ environment }: Tree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      assert(typeof value === "string", `${name} is no string`);
      return [name, /^\$\{\w+:\?.+\}$/.test(value) ? "k".repeat(32) : value];
    }),
  );
}

Deno.test("every variable is one of a setting, with a value that it takes", async () => {
  for (const [name, service] of await programs()) {
    assertEquals(problemsOf(variablesOf(service)), [], name);
  }
});

Deno.test("every file that is mounted or built from is there", async () => {
  const folder = new URL(".", new URL(FILE, ROOT));
  for (const service of Object.values(await services())) {
    for (const volume of service.volumes ?? []) {
      const [path] = volume.split(":");
      if (path.startsWith(".")) await Deno.stat(new URL(path, folder));
    }
    if (service.build === undefined) continue;
    const context = new URL(`${service.build.context}/`, folder);
    assertEquals(context.href, ROOT.href);
    await Deno.stat(new URL(service.build.dockerfile, context));
  }
});

Deno.test("a service has time to leave: for its drain and for good-byes", async () => {
  for (const [name, service] of await programs()) {
    const variable = name === "tts-worker" ? "TTS_WORKER_DRAIN_MS" : "DRAIN_MS";
    const drainS = numberOf(variablesOf(service), variable) / 1000;
    assertGreater(secondsOf(service.stop_grace_period), drainS + 5, name);
  }
});

Deno.test("containers may do nothing that they need not", async () => {
  for (const [name, { read_only, cap_drop, security_opt }] of await programs()) {
    assertEquals({ read_only, cap_drop, security_opt }, {
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    }, name);
  }
});

Deno.test("services find each other by names and ports that there are", async () => {
  const all = await services();
  const haproxy = await text("deploy/haproxy/haproxy.cfg");
  const servers = haproxy.matchAll(/^ {4}server \S+ (\S+):(\d+)$/gm).toArray();
  const names = (await programs()).map(([name]) => name).filter((name) => name !== "tts-worker");
  assertEquals(servers.map(([, name]) => name), names);
  const networks = (service: Tree) => Object.values(service.networks).flat();
  for (const [, name, port] of servers) {
    assertEquals(Number(port), numberOf(variablesOf(all[name!]), "PORT"));
    assert("front" in all[name!].networks);
  }
  assertEquals(networks(all.haproxy), ["front"]);
  assertStringIncludes(haproxy, `bind :${all.haproxy.ports[0].split(":")[1]}\n`);

  for (const name of names) {
    const { TTS_BACKENDS } = variablesOf(all[name]);
    assertEquals(TTS_BACKENDS, `dns:///tts-worker:${numberOf({}, "TTS_WORKER_PORT")}`);
    assert("back" in all[name].networks);
  }
  assertEquals(networks(all["tts-worker"]), ["back"]);
});

Deno.test("Prometheus finds all servers and all workers", async () => {
  const all = await services();
  const { scrape_configs } = await yaml("deploy/prometheus/dns.yml");
  const targets = scrape_configs.map(({ dns_sd_configs: [{ names, port }] }: Tree) => [
    ...names,
    port,
  ]);
  const { TTS_WORKER_METRICS_PORT } = variablesOf(all["tts-worker"]);
  assertEquals(targets, [
    ["syrinx", settings.port.fallback],
    ["tts-worker", Number(TTS_WORKER_METRICS_PORT)],
  ]);
  for (const [name, { networks }] of await programs()) {
    if (name !== "tts-worker") assertEquals(networks.back.aliases, ["syrinx"]);
  }
  const [secret] = all.prometheus.secrets;
  assertEquals(secret.target, scrape_configs[0].authorization.credentials_file);
  assertEquals((await yaml(FILE)).secrets[secret.source], { environment: "ADMIN_KEYS" });
  assertStringIncludes(
    all.prometheus.command[0],
    all.prometheus.volumes[0].split(":")[1],
  );
});
