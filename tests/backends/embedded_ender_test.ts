import { assertEquals } from "@std/assert";
import type { FromThread, ToThread } from "../../src/backends/embedded/messages.ts";
import { WorkerEnder } from "../../src/backends/embedded/worker_ender.ts";
import { FakeClock, settle } from "../helpers/fake_clock.ts";

/** A worker that does nothing. */
class FakeWorker {
  readonly received: ToThread[] = [];
  isTerminated = false;
  onmessage: ((event: { data: FromThread }) => void) | undefined;
  onerror: ((event: { preventDefault(): void }) => void) | undefined;

  postMessage(message: ToThread): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  get asWorker(): Worker {
    return this as unknown as Worker;
  }
}

/** Whether a promise has resolved by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true);
  await settle();
  return settled;
}

Deno.test("a worker that may be killed is killed at once", async () => {
  const ender = new WorkerEnder({ clock: new FakeClock(), mustFinish: false });
  const worker = new FakeWorker();
  ender.end(worker.asWorker);
  assertEquals([worker.isTerminated, worker.received], [true, []]);
  await ender.settled();
});

Deno.test("a worker that must finish is asked to end, and waited for", async () => {
  const clock = new FakeClock();
  const ender = new WorkerEnder({ clock, mustFinish: true });
  const workers = [new FakeWorker(), new FakeWorker()];
  for (const worker of workers) ender.end(worker.asWorker);
  assertEquals(workers.map((worker) => worker.received), [[{ type: "end" }], [{ type: "end" }]]);
  const settled = ender.settled();
  workers[0]!.onmessage!({ data: { type: "done", id: 1, memoryBytes: 0 } });
  workers[0]!.onmessage!({ data: { type: "ended" } });
  assertEquals(workers.map((worker) => worker.isTerminated), [true, false]);
  assertEquals(await isSettled(settled), false);
  // One that crashes has ended, too.
  workers[1]!.onerror!({ preventDefault: () => {} });
  assertEquals(workers.map((worker) => worker.isTerminated), [true, true]);
  assertEquals(await isSettled(settled), true);
  assertEquals(await isSettled(ender.settled()), true);
});

Deno.test("who waits for workers does not wait for ever, and what hangs is killed in the end", async () => {
  const clock = new FakeClock();
  const ender = new WorkerEnder({ clock, mustFinish: true });
  const worker = new FakeWorker();
  ender.end(worker.asWorker);
  const settled = ender.settled();
  clock.advance(9_999);
  assertEquals(await isSettled(settled), false);
  clock.advance(1);
  assertEquals(await isSettled(settled), true);
  clock.advance(289_999);
  assertEquals(worker.isTerminated, false);
  clock.advance(1);
  assertEquals(worker.isTerminated, true);
});

Deno.test("a thread says that it has ended when its sentence is over, and not before", async () => {
  const cancelledUpTo = new SharedArrayBuffer(4);
  const module = new URL("./trick_thread.ts", import.meta.url);
  const worker = new Worker(module, { type: "module", name: "trick 1" });
  const types: string[] = [];
  const waiting = new Map<string, () => void>();
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    types.push(data.type);
    waiting.get(data.type)?.();
  };
  const come = (type: string) => new Promise<void>((resolve) => waiting.set(type, resolve));
  const post = (message: ToThread) => worker.postMessage(message);
  try {
    const ready = come("ready");
    post({ type: "start", engine: "flite", prepared: undefined, cancelledUpTo });
    await ready;
    const [chunk, ended] = [come("chunk"), come("ended")];
    post({ type: "speak", id: 1, request: { text: "patient", voice: "trick", speed: 1 } });
    await chunk;
    post({ type: "end" });
    // Were the thread to answer at once, it would be now.
    await new Promise((resolve) => setTimeout(resolve, 20));
    Atomics.store(new Int32Array(cancelledUpTo), 0, 1);
    await ended;
    assertEquals(types, ["ready", "chunk", "done", "ended"]);
  } finally {
    worker.terminate();
  }
});
