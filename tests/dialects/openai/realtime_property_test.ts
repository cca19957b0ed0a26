/** Whatever a client sends, and whenever: it gets an answer, and responses come whole. */

import { assert, assertEquals } from "@std/assert";
import { encoderOf, type SampleEncoding } from "../../../src/codecs/sample_encodings.ts";
import { channelRequest, defaultConfig } from "../../../src/dialects/openai/realtime/config.ts";
import { RealtimeDialect } from "../../../src/dialects/openai/realtime/dialect.ts";
import { Connection } from "../../../src/http/connection.ts";
import { Session } from "../../../src/speech/session.ts";
import { Scopes } from "../../../src/telemetry/scopes.ts";
import { Core, testLimits } from "../../helpers/core.ts";
import fc from "../../helpers/fast_check.ts";
import { voiceNames } from "./names.ts";
import type { Told } from "./realtime_client.ts";

/** A socket with the test at its other end. */
class FakeSocket {
  readyState: number = WebSocket.OPEN;
  readonly bufferedAmount = 0;
  readonly told: Told[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string }) => void;

  send(message: string): void {
    this.told.push(JSON.parse(message));
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code: 1000, reason: "" });
  }
}

/** A connection on a core with a fake clock. */
function connect(core: Core): FakeSocket {
  const socket = new FakeSocket();
  const names = voiceNames();
  let sessions = 0;
  new Connection({
    socket: socket as unknown as WebSocket,
    dialect: new RealtimeDialect({ names, lead: 1_000, model: "m", isBeta: false }),
    clock: core.clock,
    record: core.context.record,
    scopes: new Scopes(),
    maxMessageBytes: 100_000,
    maxMessagesPerSecond: 100_000,
    idleTimeoutMs: 60_000,
    main: channelRequest(defaultConfig(names), 1_000),
    createEncoder: ({ encoding }) => ({
      encode: encoderOf(encoding as SampleEncoding),
      close() {},
    }),
    createSession({ settings, sampleRate, encoding, frameMs }, sink, onEnd) {
      const id = `s${++sessions}`;
      const frameSamples = sampleRate * frameMs / 1000;
      const shape = { sampleRate, frameSamples, wholeFrames: false };
      const session = new Session(core.context, {
        id,
        dialect: "openai_realtime",
        settings,
        shape,
        sink,
        onEnd,
      });
      const limits = { ...testLimits, maxMessageBytes: 0, maxMessagesPerSecond: 0 };
      const greeting = {
        type: "session_started",
        sessionId: id,
        settings,
        encoding,
        sampleRate,
        frameMs,
        limits,
      } as const;
      return { session, greeting };
    },
    acceptsKey: undefined,
    onGreeted() {},
    onClosed() {},
    onInternalError: (error) => {
      throw error;
    },
  });
  socket.onopen?.();
  return socket;
}

const texts = fc.constantFrom("Hello there. How are you?", "One. Two. Three.", "Wait", "🙂", "");
const formats = fc.constantFrom(undefined, undefined, undefined, "pcm16", "g711_ulaw");

const item = fc.record({
  type: fc.constant("message"),
  role: fc.constantFrom("user", "assistant", "system"),
  content: fc.array(
    fc.record({ type: fc.constantFrom("input_text", "text", "output_text"), text: texts }),
    { minLength: 1, maxLength: 2 },
  ),
  id: fc.constantFrom(undefined, undefined, undefined, undefined, "a", "b"),
});

const response = fc.record({
  conversation: fc.constantFrom("auto", "auto", "none"),
  output_audio_format: formats,
  input: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    fc.array(item, { maxLength: 3 }),
  ),
});

/** Ids of items: `said` stands for the one that was said last. */
const someItem = fc.constantFrom("said", "said", "said", "a", "none");

const messages = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("conversation.item.create"), item }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("response.create"), response }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("conversation.item.truncate"),
      item_id: someItem,
      content_index: fc.constant(0),
      audio_end_ms: fc.constantFrom(0, 20, 500, 100_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom("conversation.item.delete", "conversation.item.retrieve"),
      item_id: someItem,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("session.update"),
      session: fc.record({ output_audio_format: formats, speed: fc.constantFrom(undefined, 9) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom("response.cancel", "output_audio_buffer.clear", "foo"),
    }),
  },
);

/** A message, or a time in ms that passes. */
const actions = fc.oneof(
  { weight: 2, arbitrary: messages },
  { weight: 1, arbitrary: fc.constantFrom(0, 20, 300, 3_000) },
);

/** Fails unless every response is told in order, from its creation to its end. */
function assertWhole(told: readonly Told[]): void {
  const states = new Map<string, "open" | "done">();
  for (const event of told) {
    const id = event.response_id ?? event.response?.id;
    if (event.type === "response.created") {
      assertEquals(states.get(id), undefined);
      states.set(id, "open");
    } else if (event.type.startsWith("response.")) {
      assertEquals(states.get(id), "open", `${event.type} of ${id}`);
      if (event.type === "response.done") states.set(id, "done");
    }
  }
  assertEquals([...states.values()].filter((state) => state !== "done"), []);
}

Deno.test("whatever a Realtime client sends is answered, and its responses are told whole", async () => {
  const script = function* (_request: unknown, call: number) {
    if (call % 7 === 6) yield { fail: "no" };
    else yield* [{ waitMs: 30 }, { audioMs: 700 }, { waitMs: 30 }, { audioMs: 500 }];
  };
  await fc.assert(
    fc.asyncProperty(fc.array(actions, { maxLength: 60, size: "max" }), async (steps) => {
      const core = new Core({ script });
      const socket = connect(core);
      for (const step of steps) {
        if (typeof step === "number") {
          await core.clock.advanceAsync(step);
          continue;
        }
        const said = socket.told.findLast((event) => event.type === "response.output_item.added");
        const isSaid = "item_id" in step && step.item_id === "said";
        const message = isSaid ? { ...step, item_id: said?.item.id ?? "none" } : step;
        const before = socket.told.length;
        socket.onmessage?.({ data: JSON.stringify(message) });
        assert(socket.told.length > before, `no answer to ${JSON.stringify(message)}`);
      }
      await core.clock.advanceAsync(200_000);
      assertEquals(socket.readyState, WebSocket.OPEN);
      assertWhole(socket.told);
      socket.close();
      await core.clock.advanceAsync(1_000);
      assertEquals([core.scheduler.depth, core.ticker.size, core.pool.busy], [0, 0, 0]);
      await core.stop();
      assertEquals(core.clock.pending, 0);
    }),
    { numRuns: 60 },
  );
});
