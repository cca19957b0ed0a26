/**
 * Prints, as JSON, what a backend finds in its surroundings in the middle of a synthesis. Meant to be
 * run with OTEL_DENO=true.
 */

import { currentContext } from "../../src/telemetry/context.ts";
import { Scopes } from "../../src/telemetry/scopes.ts";
import { createTracer, traceHeaders } from "../../src/telemetry/tracer.ts";
import { Core } from "../helpers/core.ts";

const scopes = new Scopes({ tracer: createTracer() });
const core = new Core({
  workers: 1,
  script: function* () {
    yield { waitMs: 10 };
    console.log(JSON.stringify({ headers: traceHeaders(), context: currentContext() }));
    yield { audioMs: 20 };
  },
  surround: (tell) => scopes.surround(tell),
  around: scopes.around,
});
const client = core.connect();
client.send({
  type: "text",
  text: "One.",
  final: true,
  utteranceId: "a",
  traceparent: Deno.args[0]!,
});
await core.clock.advanceAsync(1_000);
client.session.leave("gone");
await core.stop();
