/**
 * Writes the dashboard to where Grafana finds it.
 *
 * @module
 */

import { dashboardFile, dashboardJson } from "./dashboard.ts";

await Deno.writeTextFile(dashboardFile, dashboardJson());
