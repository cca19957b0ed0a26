/**
 * The dashboard of a Syrinx server, or of many: its rows in the order in which an operator asks.
 *
 * @module
 */

import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  type RowPanel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DATA_SOURCE } from "./panels.ts";
import { series } from "./promql.ts";
import { backends } from "./rows/backends.ts";
import { engine } from "./rows/engine.ts";
import { limits } from "./rows/limits.ts";
import { listeners } from "./rows/listeners.ts";
import { process } from "./rows/process.ts";
import { promises } from "./rows/promises.ts";
import type { Row } from "./rows/row.ts";
import { status } from "./rows/status.ts";

/** Where the generated dashboard is kept. */
export const dashboardFile: URL = new URL("dashboards/syrinx.json", import.meta.url);

/** The dashboard as Grafana reads it: the same text each time. */
export function dashboardJson(): string {
  return JSON.stringify(buildDashboard(), null, 2) + "\n";
}

function buildDashboard(): Dashboard {
  const builder = new DashboardBuilder("Syrinx")
    .uid("syrinx")
    .description("A streaming voice server: are its listeners well served, and what limits it?")
    .tags(["syrinx"])
    .time({ from: "now-1h", to: "now" })
    .refresh("15s")
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
    )
    .withVariable(choice("job", "Job", "label_values(sessions_active, job)"))
    .withVariable(
      choice("instance", "Server", 'label_values(sessions_active{job=~"$job"}, instance)'),
    )
    .annotation(starts());
  for (const row of [status, listeners, promises, limits, process, engine, backends]) {
    addRow(builder, row());
  }
  const dashboard = builder.build();
  numberPanels(dashboard);
  return dashboard;
}

/** A variable with the values of a label; all of them at first. */
function choice(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ text: "All", value: "$__all" });
}

/** A mark on all panels where a server was started. */
function starts(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name("Starts")
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor("blue")
    .expr(`${series("process_start_time_seconds")} * 1000`)
    .useValueForTime(true)
    .titleFormat("{{instance}} started");
}

function addRow(builder: DashboardBuilder, { title, panels, collapsed = false }: Row): void {
  if (title !== undefined) {
    const row = new RowBuilder(title).collapsed(collapsed);
    // Grafana keeps the panels of a closed row inside it, those of an open one beside it.
    if (collapsed) { for (const panel of panels) row.withPanel(panel); }
    builder.withRow(row);
    if (collapsed) return;
  }
  for (const panel of panels) builder.withPanel(panel);
}

/** Links and annotations need numbers that are unique in the dashboard. */
function numberPanels(dashboard: Dashboard): void {
  let id = 0;
  for (const panel of allPanels(dashboard)) panel.id = ++id;
}

function* allPanels({ panels = [] }: Dashboard): Generator<Panel | RowPanel> {
  for (const panel of panels) {
    yield panel;
    if ("panels" in panel) yield* panel.panels;
  }
}
