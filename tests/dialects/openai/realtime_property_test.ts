/** Whatever a client sends, and whenever: it gets an answer, and responses come whole. */

import { assert, assertEquals } from "@std/assert";
import { channelRequest, defaultConfig } from "../../../src/dialects/openai/realtime/config.ts";
import { RealtimeDialect } from "../../../src/dialects/openai/realtime/dialect.ts";
import { Core } from "../../helpers/core.ts";
import fc from "../../helpers/fast_check.ts";
import { type Told, Wire, type WireOptions } from "../helpers/wire.ts";
import { voiceNames } from "./names.ts";

/** A connection on a core with a fake clock. */
function connect(core: Core, options: Partial<WireOptions> = {}): Wire {
  const names = voiceNames();
  const dialect = new RealtimeDialect({ names, lead: 1_000, model: "m", isBeta: false });
  return new Wire(core, { dialect, main: channelRequest(defaultConfig(names), 1_000), ...options });
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
        assert(socket.ask(message).length > 0, `no answer to ${JSON.stringify(message)}`);
      }
      await core.clock.advanceAsync(200_000);
      assertEquals(socket.readyState, WebSocket.OPEN);
      assertWhole(socket.told);
      await socket.stop();
    }),
    { numRuns: 60 },
  );
});

Deno.test("a Realtime message above the rate limit is refused, and has no effect", async () => {
  const core = new Core();
  const client = connect(core, { maxMessagesPerSecond: 2 });
  const create = (id: string) => {
    const content = [{ type: "input_text", text: `Item ${id}. ` }];
    const item = { type: "message", role: "user", content, id };
    return client.ask({ type: "conversation.item.create", event_id: `of ${id}`, item });
  };
  for (const id of ["a", "b", "c", "d"]) assertEquals(create(id)[0]!.item.id, id);
  const [{ error }] = create("e") as [Told];
  assertEquals([error.code, error.event_id], ["rate_limit_exceeded", "of e"]);
  // An interruption is read at any rate.
  const [late] = client.ask({ type: "response.cancel", event_id: "late" }) as [Told];
  assertEquals([late.error.code, late.error.event_id], ["response_cancel_not_active", "late"]);
  await core.clock.advanceAsync(1_000);
  client.ask({ type: "response.create" });
  await core.clock.advanceAsync(60_000);
  const said = core.backend.requests.map(({ text }) => text).join(" ");
  assertEquals(said, "Item a. Item b. Item c. Item d.");
  await client.stop();
});
