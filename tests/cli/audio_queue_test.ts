import { assert, assertEquals } from "@std/assert";
import { AudioQueue } from "../../src/cli/audio_queue.ts";
import type { AudioSink } from "../../src/cli/audio_sink.ts";
import type { ClientMessage } from "../../src/cli/messages.ts";
import { Requests } from "../../src/cli/requests.ts";

const KIB = 1024;

/** A sink that takes a message only when it is told to. */
class SlowSink implements AudioSink {
  readonly written: number[] = [];
  #take = () => {};

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#take = () => {
      this.written.push(bytes[0]!);
      resolve();
    };
    return promise;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async take(): Promise<void> {
    this.#take();
    await settle();
  }
}

/** Requests that are all accepted at once, but for the first `refusals`. */
function acceptingRequests(sent: string[], refusals = 0): Requests {
  const requests = new Requests((message: ClientMessage) => {
    if (message.type !== "ping") return void sent.push(message.type);
    queueMicrotask(() => {
      if (refusals-- > 0) {
        const error = { code: "rate_limited", message: "slow down", retry_after_ms: 1 };
        requests.note({ type: "error", ...error, fatal: false });
      }
      requests.note({ type: "pong", ...(message.id === undefined ? {} : { id: message.id }) });
    });
  });
  return requests;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function audio(mark: number, kib: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(kib * KIB).fill(mark);
}

Deno.test("a sink that cannot keep up makes the server pause and go on", async () => {
  const sent: string[] = [];
  const sink = new SlowSink();
  const fail = (error: unknown) => {
    throw error;
  };
  const queue = new AudioQueue({ sink, requests: acceptingRequests(sent, 1), onError: fail });
  for (let mark = 0; mark < 8; mark++) queue.push(audio(mark, 128));
  await settle();
  assertEquals(sent, []);
  queue.push(audio(8, 1));
  // The first request is refused, and sent again.
  while (sent.length < 2) await settle();
  assertEquals(sent, ["pause", "pause"]);
  for (let taken = 0; taken < 6; taken++) await sink.take();
  assertEquals(sent.length, 2);
  await sink.take();
  while (sent.length < 3) await settle();
  assertEquals(sent[2], "resume");
  await sink.take();
  await sink.take();
  await queue.end();
  assertEquals(sink.written, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test("after a failure nothing more is written, and it is told once", async () => {
  const errors: unknown[] = [];
  let writes = 0;
  const sink: AudioSink = {
    write: () => Promise.reject(new Error(`write ${++writes}`)),
    close: () => Promise.resolve(),
  };
  const queue = new AudioQueue({
    sink,
    requests: acceptingRequests([]),
    onError: (error) => errors.push(error),
  });
  queue.push(audio(0, 1));
  queue.push(audio(1, 1));
  await queue.end();
  queue.push(audio(2, 1));
  await queue.end();
  assert(errors.length === 1 && writes === 1);
});
