import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { parse } from "yaml";
import { dashboardFile, dashboardJson } from "../../grafana/dashboard.ts";
import { dashboard, type DashboardPanel, panels } from "./expressions.ts";

const COLUMNS = 24;

Deno.test("the dashboard is what its code writes", async () => {
  const text = await Deno.readTextFile(dashboardFile);
  assert(text === dashboardJson(), "run: deno run -A grafana/write.ts");
});

Deno.test("its panels fill the grid line by line, without gap or overlap", async () => {
  const taken = new Map<string, string>();
  let bottom = 0;
  for (const { title, gridPos: { x, y, w, h } } of await panels()) {
    assert(x >= 0 && x + w <= COLUMNS, `${title} leaves the grid`);
    for (let row = y; row < y + h; row++) {
      for (let column = x; column < x + w; column++) {
        const cell = `${column},${row}`;
        assertEquals(taken.get(cell), undefined, `${title} lies on another`);
        taken.set(cell, title);
      }
    }
    bottom = Math.max(bottom, y + h);
  }
  assertEquals(taken.size, COLUMNS * bottom);
});

Deno.test("every panel says what it shows, has a unit, a number and the chosen data source", async () => {
  const all = await panels();
  assertEquals(new Set(all.map(({ id }) => id)).size, all.length);
  for (const panel of all.filter(({ type }) => type !== "row")) {
    assert((panel.description ?? "").length > 20, `${panel.title} has no description`);
    assertNotEquals(panel.fieldConfig?.defaults.unit, undefined, panel.title);
    assertEquals(panel.datasource?.uid, "${datasource}", panel.title);
    assert(panel.targets!.length > 0, panel.title);
  }
});

Deno.test("every query follows the variables for the job and the server", async () => {
  const { templating } = await dashboard();
  assertEquals(templating.list.map(({ name }: { name: string }) => name), [
    "datasource",
    "job",
    "instance",
  ]);
  for (const { title, targets = [] } of await panels()) {
    for (const { expr } of targets) {
      const selectors = expr.match(/\{[^}]*\}/g) ?? [];
      assert(selectors.length > 0, `${title}: ${expr}`);
      for (const selector of selectors) {
        assertStringIncludes(selector, 'job=~"$job"', title);
        // What is about all servers of a job has no instance.
        if (/ALERTS|job_sla:/.test(expr)) continue;
        assertStringIncludes(selector, 'instance=~"$instance"', title);
      }
    }
  }
});

Deno.test("the rows follow an operator's questions; what not every server has is closed", async () => {
  const rows = (await panels()).filter(({ type }) => type === "row");
  assertEquals(rows.map(({ title, collapsed }) => [title, collapsed]), [
    ["Are listeners well served?", false],
    ["Which promise broke?", false],
    ["What limits the server?", false],
    ["Process", false],
    ["Embedded engine", true],
    ["Backends", true],
  ]);
});

Deno.test("latency is in seconds, throughput in requests per second", async () => {
  const latency = await panelOf("Synthesis latency");
  assertEquals([latency.type, latency.fieldConfig!.defaults.unit], ["timeseries", "s"]);
  assertEquals(latency.targets!.map(({ expr }) => expr.slice(0, 24)), [
    "histogram_quantile(0.5, ",
    "histogram_quantile(0.95,",
    "histogram_quantile(0.99,",
  ]);
  assertEquals((await panelOf("Throughput and errors")).fieldConfig!.defaults.unit, "reqps");
  assertEquals((await panelOf("Barge-in latency")).type, "heatmap");
});

Deno.test("worker utilisation is a dial: green under 70, yellow to 90, then red", async () => {
  const { type, fieldConfig } = await panelOf("Worker utilisation");
  assertEquals([type, fieldConfig!.defaults.thresholds!.steps], ["gauge", [
    { value: null, color: "green" },
    { value: 70, color: "yellow" },
    { value: 90, color: "red" },
  ]]);
});

Deno.test("Grafana is told where the data is, how often it comes, and where the dashboards are", async () => {
  const { datasources: [source] } = await yaml("grafana/provisioning/datasources/prometheus.yaml");
  assertEquals([source.type, source.isDefault], ["prometheus", true]);
  const { global } = await yaml("deploy/prometheus/prometheus.yml");
  assertEquals(source.jsonData.timeInterval, global.scrape_interval);
  const { providers: [provider] } = await yaml("grafana/provisioning/dashboards/syrinx.yaml");
  assertEquals([provider.type, typeof provider.options.path], ["file", "string"]);
});

// deno-lint-ignore no-explicit-any
async function yaml(path: string): Promise<any> {
  return parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));
}

async function panelOf(title: string): Promise<DashboardPanel> {
  const panel = (await panels()).find((panel) => panel.title === title);
  assert(panel, `there is no panel ${title}`);
  return panel;
}
