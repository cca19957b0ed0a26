import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "yaml";
import { documentedQueries, metricsIn, panels, type Rule, rules } from "./expressions.ts";
import { run, testWithPrometheus } from "./prometheus_tools.ts";

const ROOT = new URL("../../", import.meta.url);
const CONFIG = "deploy/prometheus/prometheus.yml";
const CASES = new URL("promtool/", import.meta.url);

interface ExpressionCase {
  readonly expr: string;
  readonly exp_samples: readonly { readonly labels: string }[];
}

interface CaseFile {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly promql_expr_test: readonly ExpressionCase[];
  }[];
}

testWithPrometheus("promtool finds no fault in the rules and the configuration", async (tools) => {
  for (const args of [["check", "rules", "alerts.yml"], ["check", "config", CONFIG]]) {
    const { code, text } = await run(tools.promtool, args, { cwd: ROOT.pathname });
    assertEquals(code, 0, text);
    assertStringIncludes(text, "SUCCESS");
  }
});

for (const { name } of Deno.readDirSync(CASES)) {
  testWithPrometheus(`the rules and queries do as promtool/${name} says`, async (tools) => {
    const { code, text } = await run(tools.promtool, ["test", "rules", name], {
      cwd: CASES.pathname,
    });
    assertEquals(code, 0, text);
  });
}

Deno.test("every alert fires in some case, and has a case without traffic in which it does not", async () => {
  const cases = [await caseFile("alerts.yml"), await caseFile("objectives.yml")];
  const fired = cases.flatMap(expressionCases)
    .flatMap(({ exp_samples }) => exp_samples)
    .map(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1]);
  const idle = await caseFile("idle.yml");
  const idleMetrics = new Set(
    idle.tests[0]!.input_series.map(({ series }) => series.replace(/\{.*/, "")),
  );
  for (const { alert, expr } of await alerts()) {
    assert(fired.includes(alert), `${alert} never fires`);
    const missing = metricsIn(expr).filter((name) =>
      !idleMetrics.has(name) && !name.startsWith("job_sla:")
    );
    assertEquals(missing, [], `${alert} has no idle case`);
  }
  for (const { expr, exp_samples } of expressionCases(idle)) assertEquals(exp_samples, [], expr);
});

Deno.test("every query of the documentation has a case that says what it returns", async () => {
  const cases = expressionCases(await caseFile("queries.yml")).map(({ expr }) => expr).toSorted();
  const queries = [...new Set((await documentedQueries()).map(({ expr }) => expr))].toSorted();
  assert(queries.length > 20, `only ${queries.length} queries were found`);
  assertEquals(cases, queries);
});

Deno.test("every alert has a severity, and says what it means, where to look and what to do", async () => {
  const titles = new Set((await panels()).map(({ title }) => title));
  const log = await sourceText([
    "telemetry/event_log.ts",
    "telemetry/backend_log.ts",
    "errors.ts",
  ]);
  for (const { alert, labels, annotations } of await alerts()) {
    assertMatch(labels?.severity ?? "", /^(?:critical|warning)$/, alert);
    assert(annotations?.summary && annotations.description, alert);
    const runbook = annotations.runbook ?? "";
    assertMatch(runbook, /^Means: .+ Look at: .+ Do: .+\.$/, alert);
    for (const [, quoted] of runbook.matchAll(/"([^"]+)"/g)) {
      const isThere = titles.has(quoted!) || log.includes(`"${quoted}"`);
      assert(isThere, `${alert} sends to ${quoted}, which is no panel, row, log line or error`);
    }
  }
});

Deno.test("the documentation lists every alert", async () => {
  const text = await Deno.readTextFile(new URL("docs/monitoring.md", ROOT));
  const listed = text.matchAll(/^\| `(\w+)` /gm).map(([, name]) => name!).toArray();
  assertEquals(
    listed.toSorted(),
    [...new Set((await alerts()).map(({ alert }) => alert))].toSorted(),
  );
});

async function alerts(): Promise<(Rule & { alert: string })[]> {
  return (await rules()).filter((rule): rule is Rule & { alert: string } => "alert" in rule);
}

async function caseFile(name: string): Promise<CaseFile> {
  return parse(await Deno.readTextFile(new URL(name, CASES)));
}

function expressionCases({ tests }: CaseFile): ExpressionCase[] {
  return tests.flatMap(({ promql_expr_test }) => promql_expr_test);
}

async function sourceText(files: readonly string[]): Promise<string> {
  const texts = files.map((file) => Deno.readTextFile(new URL(`src/${file}`, ROOT)));
  return (await Promise.all(texts)).join("\n");
}
