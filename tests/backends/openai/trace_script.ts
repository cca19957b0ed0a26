/**
 * Prints, as JSON, the trace headers that a server is sent with a sentence. Meant to
 * be run with and without OTEL_DENO=true.
 */

import { connect, rest } from "./connect.ts";
import { SpeechServer } from "./speech_server.ts";

await using server = SpeechServer.start();
using connection = connect(server);
const stream = connection.member.synthesize({ text: "Hello.", voice: "nova", speed: 1 }, {
  signal: new AbortController().signal,
  metadata: { traceparent: Deno.args[0]!, "x-request-id": "r1" },
});
await rest(stream[Symbol.asyncIterator]());
const { headers } = server.spoken[0]!;
console.log(JSON.stringify([headers.get("traceparent"), headers.get("x-request-id")]));
