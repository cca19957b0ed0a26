import { assertEquals, assertRejects } from "@std/assert";
import { MemberError } from "../../../src/backends/fleet/member.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../../helpers/server.ts";
import { startTestWorker } from "../../tts_worker/worker_helpers.ts";
import { connect, connectUp, never } from "./connected.ts";
import { FakeWorker } from "./fake_worker.ts";

Deno.test("health is what the worker says, and unknown while it is away", async () => {
  const first = await startTestWorker();
  await using up = connect({ address: first.target });
  await up.tells("serving");
  first.worker.setServing(false);
  await up.tells("not_serving");
  first.worker.setServing(true);
  await up.tells("serving");
  const { port } = first.worker;
  await first.worker.stop(0);
  await up.tells("unknown");
  await using second = await startTestWorker({ worker: { port } });
  await up.tells("serving");
  assertEquals(second.worker.port, port);
  assertEquals(await up.member.probe(never), undefined);
  assertEquals((await up.member.capabilities(never)).engine, "scripted");
  await first[Symbol.asyncDispose]();
});

Deno.test("a worker that stops says so before it is away", async () => {
  await using test = await startTestWorker();
  await using up = connect({ address: test.target });
  await up.tells("serving");
  await test.worker.stop();
  await up.tells("unknown");
  assertEquals(up.told, ["serving", "not_serving", "unknown"]);
});

Deno.test("a worker without a health service serves while it answers", async () => {
  const worker = await FakeWorker.start();
  await using up = await connectUp({ address: worker.address });
  assertEquals(await up.member.probe(never), undefined);
  await worker[Symbol.asyncDispose]();
  await up.tells("unknown");
  assertEquals(up.told, ["serving", "unknown"]);
});

Deno.test("so does one whose health service does not know what it serves", async () => {
  await using worker = await FakeWorker.start({ health: "SERVICE_UNKNOWN" });
  await using up = await connectUp({ address: worker.address });
  assertEquals(await up.member.probe(never), undefined);
  await until(() => worker.watches.size === 0, "the watch to be given up");
});

Deno.test("a probe fails where the worker does not serve", async () => {
  await using test = await startTestWorker();
  await using up = await connectUp({ address: test.target });
  test.worker.setServing(false);
  const error = await assertRejects(() => up.member.probe(never), MemberError, "NOT_SERVING");
  assertEquals(error.code, "unavailable");
});

Deno.test("a question that is not wanted any more throws the signal's reason", async () => {
  await using test = await startTestWorker();
  await using up = await connectUp({ address: test.target });
  const gone = AbortSignal.abort(new Error("too late"));
  await assertRejects(() => up.member.probe(gone), Error, "too late");
  await assertRejects(() => up.member.capabilities(gone), Error, "too late");
});

Deno.test("why a worker does not serve is told once, until it does", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  let attempts = 0;
  const refusing = (async () => {
    for await (const connection of listener) {
      attempts++;
      connection.close();
    }
  })();
  const troubles: MemberError[] = [];
  await using up = connect({
    address: `127.0.0.1:${port}`,
    onTrouble: (error) => void troubles.push(error),
  });
  await until(() => attempts === 4, "four attempts");
  assertEquals(troubles.map(({ code }) => code), ["unavailable"]);
  listener.close();
  await refusing;
  await using test = await startTestWorker({ worker: { port } });
  await up.tells("serving");
  await test.worker.stop(0);
  await up.tells("unknown");
  assertEquals(troubles.map(({ code }) => code), ["unavailable", "unavailable"]);
});

Deno.test("a connection on which nobody answers is given up for a new one", async () => {
  const clock = new FakeClock();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await using up = connect({ address: `127.0.0.1:${port}`, clock });
  const silent = await listener.accept();
  listener.close();
  await using test = await startTestWorker({ worker: { port } });
  assertEquals(test.worker.port, port);
  await clock.advanceAsync(10_000);
  await until(() => clock.pending === 1, "the pause before the next connection");
  await clock.advanceAsync(200);
  await up.tells("serving");
  silent.close();
});
