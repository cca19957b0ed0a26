import { assert, assertEquals, assertRejects } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { MemberError } from "../../../src/backends/fleet/member.ts";
import { scriptedPcm, scriptedVoices } from "../../../src/backends/scripted.ts";
import {
  type SynthesizeResponse,
  SynthesizeResponseSchema,
} from "../../../src/grpc/gen/tts/v1/tts_pb.ts";
import { audioMessages, totalsMessage } from "../../../src/grpc/mapping.ts";
import { until } from "../../helpers/server.ts";
import { startTestWorker } from "../../tts_worker/worker_helpers.ts";
import { connect, connectUp, never, say } from "./connected.ts";
import { FakeWorker, type SynthesizeCall } from "./fake_worker.ts";

/** The error of something that must fail. */
async function errorOf(work: Promise<unknown>): Promise<MemberError> {
  return await assertRejects(() => work, MemberError);
}

Deno.test("a member says what its worker can do", async () => {
  await using test = await startTestWorker({ voices: scriptedVoices(22_050) });
  await using up = await connectUp({ address: test.target });
  assertEquals(await up.member.capabilities(never), {
    engine: "scripted",
    voices: [...scriptedVoices(22_050)],
    maxConcurrent: 4,
    wordTimings: true,
    deterministic: true,
  });
});

Deno.test("a sentence comes with its words, at the voice's own rate", async () => {
  const words = [{ start: 0, end: 5, startMs: 0, endMs: 20 }];
  await using test = await startTestWorker({
    voices: scriptedVoices(22_050),
    script: () => [{ audioMs: 20, mark: 7 }, { words }, { audioMs: 20, mark: 7 }],
  });
  await using up = await connectUp({ address: test.target });
  const chunks = await say(up.member, { voice: "two" });
  assertEquals(chunks.flatMap(({ pcm }) => [...pcm]), [...scriptedPcm(7, 0, 882)]);
  assertEquals(chunks.flatMap(({ words = [] }) => words), words);
  assertEquals(test.backend.requests, [{ text: "hello", voice: "two", speed: 1 }]);
});

Deno.test("metadata reach the worker", async () => {
  await using test = await startTestWorker();
  await using up = await connectUp({ address: test.target });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await say(up.member, { metadata: { traceparent, "x-request-id": "r-1" } });
  const call = test.events.find(({ type }) => type === "first_audio")?.call;
  assertEquals(call?.traceparent, traceparent);
  assertEquals(call?.requestId, "r-1");
});

Deno.test("an abort is told to the worker, and thrown", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  await using up = await connectUp({ address: test.target });
  const stop = new AbortController();
  const request = { text: "hello", voice: "one", speed: 1 };
  const stream = up.member.synthesize(request, { signal: stop.signal })[Symbol.asyncIterator]();
  await stream.next();
  const next = assertRejects(() => stream.next(), Error, "enough");
  stop.abort(new Error("enough"));
  await next;
  await until(() => test.worker.stats.open === 0, "the call to end");
  assertEquals(test.backend.counts.cancelled, 1);
});

Deno.test("a stream that is read no more is cancelled", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  await using up = await connectUp({ address: test.target });
  for await (
    const _chunk of up.member.synthesize(
      { text: "hello", voice: "one", speed: 1 },
      { signal: never },
    )
  ) break;
  await until(() => test.worker.stats.open === 0, "the call to end");
  assertEquals(test.backend.counts.cancelled, 1);
});

Deno.test("closing a member ends what it says", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  await using up = await connectUp({ address: test.target });
  const failed = errorOf(say(up.member));
  await until(() => test.backend.counts.active === 1, "the synthesis");
  await up.member.close();
  assertEquals((await failed).code, "unavailable");
  await until(() => test.worker.stats.open === 0, "the call to end");
  assertEquals(up.told, ["serving"]);
});

Deno.test("each status of a call is told for what it is", async () => {
  const codes = {
    RESOURCE_EXHAUSTED: "overloaded",
    UNAVAILABLE: "unavailable",
    CANCELLED: "unavailable",
    INVALID_ARGUMENT: "invalid",
    NOT_FOUND: "not_found",
    DEADLINE_EXCEEDED: "timeout",
    INTERNAL: "internal",
    UNKNOWN: "internal",
    UNIMPLEMENTED: "internal",
  } as const;
  await using worker = await FakeWorker.start({
    health: "SERVING",
    synthesize: (call) => {
      const code = status[call.request.text as keyof typeof status];
      call.emit("error", { code, details: "so it is" });
    },
  });
  await using up = await connectUp({ address: worker.address });
  for (const [text, code] of Object.entries(codes)) {
    const error = await errorOf(say(up.member, { text }));
    assertEquals([error.code, error.message], [code, `${text}: so it is`]);
  }
});

Deno.test("a worker that is not there is unavailable, one that cannot be asked has no voice", async () => {
  await using test = await startTestWorker();
  await using up = await connectUp({ address: test.target });
  assertEquals((await errorOf(say(up.member, { voice: "nobody" }))).code, "not_found");
  await test.worker.stop(0);
  assertEquals((await errorOf(say(up.member))).code, "unavailable");
  assertEquals((await errorOf(up.member.capabilities(never))).code, "unavailable");
  assertEquals((await errorOf(up.member.probe(never))).code, "unavailable");
});

Deno.test("a stream that cannot be the whole sentence fails", async () => {
  const [audio] = audioMessages(scriptedPcm(1, 0, 160), 16_000);
  const [slow] = audioMessages(scriptedPcm(1, 0, 160), 8_000);
  const totals = (samples: number, words = 0) =>
    totalsMessage({ samples, words, durationMs: samples / 16, engineMs: 1 });
  const half = create(SynthesizeResponseSchema, {
    content: { case: "audio", value: { pcm: new Uint8Array(3), sampleRate: 16_000 } },
  });
  const streams: Record<string, readonly (SynthesizeResponse | undefined)[]> = {
    "the stream ended without its totals": [audio],
    "170 samples and 0 words were told, 160 and 0 came": [audio, totals(170)],
    "160 samples and 2 words were told, 160 and 0 came": [audio, totals(160, 2)],
    "something came after the totals": [audio, totals(160), audio],
    "audio came at 8000 Hz, not at 16000": [slow, totals(160)],
    "audio ended within a sample": [half, totals(0)],
  };
  await using worker = await FakeWorker.start({
    health: "SERVING",
    synthesize(call) {
      for (const message of streams[call.request.text]!) call.write(message!);
      call.end();
    },
  });
  await using up = await connectUp({ address: worker.address });
  for (const message of Object.keys(streams)) {
    const error = await errorOf(say(up.member, { text: message }));
    assertEquals([error.code, error.message], ["internal", message]);
  }
});

Deno.test("a call outlives the loss of the watch", async () => {
  let call: SynthesizeCall | undefined;
  await using worker = await FakeWorker.start({
    health: "SERVING",
    synthesize: (theCall) => void (call = theCall),
  });
  await using up = await connectUp({ address: worker.address });
  const said = say(up.member);
  await until(() => call !== undefined, "the call");
  for (const watch of worker.watches) watch.end();
  await up.tells("unknown");
  await up.tells("serving");
  // On a new connection, while the old one still has its call.
  assertEquals((await up.member.capabilities(never)).engine, "fake");
  const [audio] = audioMessages(scriptedPcm(1, 0, 160), 16_000);
  call!.write(audio!);
  call!.write(totalsMessage({ samples: 160, words: 0, durationMs: 10, engineMs: 1 }));
  call!.end();
  assertEquals((await said).length, 1);
  assertEquals(up.told, ["serving", "unknown", "serving"]);
});

Deno.test("nobody is told of health after the end", async () => {
  await using test = await startTestWorker();
  const up = connect({ address: test.target });
  await up.tells("serving");
  await up.member.close();
  await test.worker.stop(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(up.told, ["serving"]);
  assert(test.worker.stats.open === 0);
});
