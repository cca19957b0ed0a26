/**
 * The server as a process, with its traces sent to a receiver of OTLP.
 */

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { WsClient } from "../helpers/ws_client.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Longest wait for the server to start or to stop, in ms. */
const PATIENCE_MS = 30_000;

/** A span as OTLP's JSON has it. */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly { readonly name: string; readonly attributes: OtlpAttribute[] }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: number; readonly message: string };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpLog {
  readonly traceId: string;
  readonly spanId: string;
  readonly body: { readonly stringValue: string };
}

/** Takes what an OTLP exporter sends, as JSON. */
class OtlpReceiver implements AsyncDisposable {
  readonly spans: OtlpSpan[] = [];
  readonly logs: OtlpLog[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const body = await request.json();
        for (const { scopeSpans } of body.resourceSpans ?? []) {
          for (const { scope, spans } of scopeSpans) {
            if (scope.name === "syrinx") this.spans.push(...spans);
          }
        }
        for (const { scopeLogs } of body.resourceLogs ?? []) {
          for (const { logRecords } of scopeLogs) this.logs.push(...logRecords);
        }
        return Response.json({});
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Runs the server while `work` lasts, and waits until it has sent what it has to send. */
async function withServer(receiver: OtlpReceiver, work: (url: string) => Promise<void>) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-P=start", MAIN, "--port=0", "--log-format=json"],
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const kill = setTimeout(() => process.kill("SIGKILL"), PATIENCE_MS);
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  try {
    await work(await urlIn(reader));
  } finally {
    // The second signal hurries the first.
    process.kill("SIGTERM");
    process.kill("SIGTERM");
    await reader.cancel();
    const { signal } = await process.status;
    clearTimeout(kill);
    assertEquals(signal, null);
  }
}

/** Where sessions are, by the first line of the server's log. */
async function urlIn(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let output = "";
  for (;;) {
    const port = /"Server started".*"port":(\d+)/.exec(output)?.[1];
    if (port !== undefined) return `ws://127.0.0.1:${port}/v1/session`;
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server did not start: ${output}`);
    output += value;
  }
}

/** Attributes without their common prefix. */
function plain(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key.replace(/^syrinx\./, ""), Object.values(value)[0]]),
  );
}

const CLIENT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const AGENT = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const GATEWAY = { traceId: "11112222333344445555666677778888", spanId: "1111222233334444" };

const traceparent = ({ traceId, spanId }: typeof CLIENT) => `00-${traceId}-${spanId}-01`;

/** Speaks two utterances, and interrupts the second, which belongs to a trace of its own. */
async function converse(url: string): Promise<string> {
  const client = new WsClient(`${url}?traceparent=${traceparent(CLIENT)}`);
  const { session_id } = await client.next("session_started");
  client.send({ type: "text", text: "Hello there.", utterance_id: "a", final: true });
  await client.next("utterance_ended");
  client.send({
    type: "text",
    text: "This one is long enough to be interrupted by somebody. It even has another sentence.",
    utterance_id: "b",
    traceparent: traceparent(AGENT),
  });
  await client.next("audio");
  client.send({ type: "barge_in" });
  await client.next("barge_in");
  client.send({ type: "close" });
  await client.closed;
  return session_id;
}

/** Opens a session with such headers, and leaves. */
async function greet(url: string, headers: Record<string, string>): Promise<void> {
  const socket = new WebSocket(url, { headers });
  const greeted = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  socket.onmessage = () => greeted.resolve();
  socket.onclose = () => closed.resolve();
  await greeted.promise;
  socket.close();
  await closed.promise;
}

Deno.test("a session's trace has the spans of all its parts, below those that clients name", async () => {
  await using receiver = new OtlpReceiver();
  let id = "";
  await withServer(receiver, async (url) => {
    id = await converse(url);
    await greet(url, { traceparent: traceparent(GATEWAY) });
  });

  const spans = receiver.spans.filter((span) => plain(span.attributes).session_id === id);
  const named = (name: string) => spans.filter((span) => span.name === name);
  const within = (parent: OtlpSpan, name: string) =>
    named(name).filter(({ parentSpanId }) => parentSpanId === parent.spanId);
  assertEquals(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);

  const [session, ...otherSessions] = named("session");
  assertEquals(otherSessions, []);
  assertEquals([session!.traceId, session!.parentSpanId], [CLIENT.traceId, CLIENT.spanId]);
  assertEquals(plain(session!.attributes), {
    session_id: id,
    dialect: "native",
    close: "finished",
    message_count: 4,
    barge_in_count: 1,
  });
  const [bargeIn] = session!.events;
  assertEquals(bargeIn!.name, "barge_in");
  assertGreater(Number(plain(bargeIn!.attributes).utterances), 0);

  // The first utterance is of the session's trace, and whole.
  const [spoken] = within(session!, "utterance");
  assertEquals(spoken!.traceId, CLIENT.traceId);
  assertEquals(spoken!.links, []);
  assertEquals(spoken!.status.code, 0);
  const { audio_ms, ...said } = plain(spoken!.attributes);
  assertGreater(audio_ms as number, 100);
  assertEquals(said, { session_id: id, utterance_id: "a", outcome: "completed", characters: 12 });
  assertEquals(spoken!.events.map(({ name }) => name), ["first_audio"]);
  const [sentence] = within(spoken!, "sentence");
  const { queue_wait_ms, late_ms, ...place } = plain(sentence!.attributes);
  assert((queue_wait_ms as number) >= 0 && (late_ms as number) >= 0);
  const ids = { session_id: id, utterance_id: "a", sentence_index: 0 };
  assertEquals(place, { ...ids, outcome: "completed" });
  const [synthesis] = within(sentence!, "synthesis");
  const { worker, audio_ms: synthesised, ...rest } = plain(synthesis!.attributes);
  assertMatch(String(worker), /^\d+$/);
  assertEquals([synthesised, rest], [audio_ms, { ...ids, outcome: "completed" }]);
  assertEquals(synthesis!.events.map(({ name }) => name), ["first_chunk"]);

  // The second is of the agent's trace, linked to the session, and was cut off.
  const [cut] = named("utterance").filter((span) => span !== spoken);
  assertEquals([cut!.traceId, cut!.parentSpanId], [AGENT.traceId, AGENT.spanId]);
  assertEquals(cut!.links.map(({ traceId, spanId }) => ({ traceId, spanId })), [
    { traceId: session!.traceId, spanId: session!.spanId },
  ]);
  assertEquals(plain(cut!.attributes).outcome, "interrupted");
  const cutSentences = within(cut!, "sentence");
  assertGreater(cutSentences.length, 0);
  for (const span of cutSentences) {
    assertEquals(span.traceId, AGENT.traceId);
    assertEquals(plain(span.attributes).outcome, "interrupted");
    assertEquals(within(span, "synthesis").length, 1);
  }

  // Nothing is left over, and a span lies within its parent's beginning and its own end.
  assertEquals(spans.length, 3 + 2 * (1 + cutSentences.length));
  const parents = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    const parent = parents.get(span.parentSpanId) ?? span;
    assert(BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano), span.name);
    assert(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
  }

  const other = receiver.spans.find((span) => span.traceId === GATEWAY.traceId);
  assertEquals([other?.name, other?.parentSpanId], ["session", GATEWAY.spanId]);

  // The runtime sends the log along: its lines and their fields name the same span.
  const started = receiver.logs.filter(({ body }) => body.stringValue.includes(id));
  assertGreater(started.length, 1);
  for (const { traceId, spanId, body } of started) {
    const line = JSON.parse(body.stringValue);
    assertEquals([line.trace_id, line.span_id], [session!.traceId, session!.spanId]);
    assertEquals([traceId, spanId], [session!.traceId, session!.spanId]);
  }
});
