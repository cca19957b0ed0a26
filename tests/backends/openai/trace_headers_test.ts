import { assert, assertEquals, assertMatch } from "@std/assert";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

/** What a server is sent: `traceparent` and request id. */
async function sent(env: Record<string, string>): Promise<string[]> {
  const script = new URL("./trace_script.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, TRACEPARENT],
    env,
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("a server is told the trace and the request that a sentence belongs to", async () => {
  assertEquals(await sent({}), [TRACEPARENT, "r1"]);
});

Deno.test("where the runtime traces requests, it does so within the sentence's trace", async () => {
  const env = { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  const [traceparent, requestId] = await sent(env);
  assertMatch(traceparent!, new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  assert(!traceparent!.includes(SPAN_ID), "there is no span of the request");
  assertEquals(requestId, "r1");
});
