/** Every PromQL expression that an operator gets from us. */

import { parse } from "yaml";
import { dashboardFile } from "../../grafana/dashboard.ts";

/** An expression and where it stands. */
export interface Expression {
  readonly where: string;
  readonly expr: string;
}

/** One rule of alerts.yml. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A panel of the generated dashboard; a row has panels of its own. */
export interface DashboardPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly collapsed?: boolean;
  readonly panels?: readonly DashboardPanel[];
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { color: string; value: number | null }[] };
    };
  };
}

const ROOT = new URL("../../", import.meta.url);

/** The alert and recording rules. */
export const ALERTS_FILE = new URL("alerts.yml", ROOT);

/** Documents with queries: PromQL code blocks. */
const DOCUMENTS = ["README.md", "docs/monitoring.md"];

/** All rules, in order. */
export async function rules(): Promise<Rule[]> {
  const { groups } = parse(await Deno.readTextFile(ALERTS_FILE));
  return groups.flatMap((group: { rules: Rule[] }) => group.rules);
}

/** All rules' expressions, alerts without the thresholds that they compare with. */
export async function ruleExpressions(): Promise<Expression[]> {
  return (await rules()).map(({ alert, record, expr }) => ({
    where: `alerts.yml: ${alert ?? record}`,
    expr: alert === undefined ? expr : withoutThresholds(expr),
  }));
}

/**
 * What an alert looks at. A threshold ends the expression, or a part of it that `and` or `or` joins
 * to others; a comparison in parentheses is a guard and stays.
 */
export function withoutThresholds(expr: string): string {
  return expr.replace(/\s(?:>|<|==)\s*[\d.]+(?:\s*\*\s*[\d.]+)*(?=\s*$|\s+(?:and|or)\s)/g, "");
}

/** The generated dashboard. */
// deno-lint-ignore no-explicit-any
export async function dashboard(): Promise<any> {
  return JSON.parse(await Deno.readTextFile(dashboardFile));
}

/** All panels of the dashboard, rows and those in closed rows among them. */
export async function panels(): Promise<DashboardPanel[]> {
  const all: DashboardPanel[] = (await dashboard()).panels;
  return all.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

/** Expressions of panels, variables and annotations, with all servers chosen, over 5 minutes. */
export async function dashboardExpressions(): Promise<Expression[]> {
  const { templating, annotations } = await dashboard();
  const ofPanels = (await panels()).flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, refId }) => ({ where: `panel ${title}, ${refId}`, expr }))
  );
  const ofVariables = templating.list.flatMap((variable: { name: string; query: string }) => {
    const match = /^label_values\((.*), \w+\)$/.exec(variable.query);
    return match === null ? [] : [{ where: `variable ${variable.name}`, expr: match[1]! }];
  });
  const ofAnnotations = annotations.list.map(({ name, expr }: { name: string; expr: string }) => ({
    where: `annotation ${name}`,
    expr,
  }));
  return [...ofPanels, ...ofVariables, ...ofAnnotations].map(({ where, expr }) => ({
    where,
    expr: expr.replaceAll("$__rate_interval", "5m").replace(/\$(?:job|instance)\b/g, ".*"),
  }));
}

/** The queries of the documentation, each with the heading that says what it returns. */
export async function documentedQueries(): Promise<Expression[]> {
  const queries: Expression[] = [];
  for (const name of DOCUMENTS) {
    let heading = "";
    const text = await Deno.readTextFile(new URL(name, ROOT));
    const parts = /^(?:#+ (.+)|\*\*(.+)\*\*.*)$|^```promql\n([^]*?)```/gm;
    for (const [, title, bold, query] of text.matchAll(parts)) {
      if (query === undefined) heading = title ?? bold!;
      else queries.push({ where: `${name}: ${heading}`, expr: query.trim().replace(/\s+/g, " ") });
    }
  }
  return queries;
}

/** Names of the metrics in an expression. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replace(/\b(?:by|ignoring|on)\s*\([^)]*\)/g, " ");
  const names = bare.match(/\b[a-zA-Z_][\w:]*\b(?!\s*\()/g) ?? [];
  const words = new Set(["and", "or", "unless", "by", "bool", "sum", "min", "max", "count"]);
  return [...new Set(names.filter((name) => !words.has(name)))];
}
