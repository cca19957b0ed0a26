import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse, stringify } from "yaml";
import { run, testWithPrometheus } from "../monitoring/prometheus_tools.ts";
import { ROOT, text, type Tree, yaml, yamlDocuments } from "./files.ts";

const KEY_FILE = "/etc/prometheus/syrinx-admin-key";

for (const name of ["kubernetes.yml", "dns.yml"]) {
  testWithPrometheus(`promtool finds no fault in ${name}`, async ({ promtool }) => {
    // It wants to see the files that are named: the key, and the rules beside the configuration.
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${folder}/deploy/prometheus`, { recursive: true });
      await Deno.copyFile(new URL("alerts.yml", ROOT), `${folder}/alerts.yml`);
      await Deno.writeTextFile(`${folder}/key`, "k".repeat(32));
      const config = await text(`deploy/prometheus/${name}`);
      assertStringIncludes(config, KEY_FILE);
      const file = `${folder}/deploy/prometheus/${name}`;
      await Deno.writeTextFile(file, checkable(config.replace(KEY_FILE, `${folder}/key`)));
      const { code, text: said } = await run(promtool, ["check", "config", file]);
      assertEquals(code, 0, said);
      assertStringIncludes(said, "rules found");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  Deno.test(`the jobs of ${name} have the names that the rules know`, async () => {
    const { scrape_configs } = await yaml(`deploy/prometheus/${name}`);
    const { scrape_configs: [single] } = await yaml("deploy/prometheus/prometheus.yml");
    assertEquals(scrape_configs[0].job_name, single.job_name);
  });
}

/** Debian's Prometheus is built without Kubernetes: the rest of the configuration is checked. */
function checkable(config: string): string {
  const tree = parse(config);
  for (const job of tree.scrape_configs) {
    if (job.kubernetes_sd_configs === undefined) continue;
    delete job.kubernetes_sd_configs;
    job.static_configs = [{ targets: ["127.0.0.1:1"] }];
  }
  return stringify(tree);
}

Deno.test("in Kubernetes it looks for the pods that there are, and keeps the ports with numbers", async () => {
  const { scrape_configs } = await yaml("deploy/prometheus/kubernetes.yml");
  const files = ["server.yaml", "tts-worker.yaml"];
  for (
    const [index, { kubernetes_sd_configs: [sd], relabel_configs }] of scrape_configs.entries()
  ) {
    const [{ spec }] = await yamlDocuments(`deploy/kubernetes/${files[index]}`);
    const [container] = spec.template.spec.containers;
    const label = spec.selector.matchLabels["app.kubernetes.io/name"];
    assertEquals(sd.selectors[0].label, `app.kubernetes.io/name=${label}`);
    const [keep] = relabel_configs;
    const ports = container.ports.map(({ name }: Tree) => name);
    const kept = ports.filter((port: string) => new RegExp(`^(?:${keep.regex})$`).test(port));
    assertEquals(kept, [index === 0 ? "http" : "metrics"]);
    const { namespace } = await yaml("deploy/kubernetes/kustomization.yaml");
    assertEquals(sd.namespaces.names, [namespace]);
  }
});
