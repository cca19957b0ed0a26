import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Told, Translation } from "./realtime_client.ts";

const typesOf = (told: readonly Told[]) => told.map((event) => event.type);

function item(changes: object = {}, more: object = {}) {
  const content = [{ type: "input_text", text: "Hello." }];
  return {
    type: "conversation.item.create",
    item: { type: "message", role: "user", content, ...changes },
    ...more,
  };
}

Deno.test("Realtime begins with the session and the conversation", () => {
  const [session, conversation] = new Translation().greeting;
  assertEquals(session!.type, "session.created");
  assertEquals(session!.session.id, "sess_s1");
  assertEquals(session!.session.model, "gpt-realtime");
  assertEquals(session!.session.audio.output, {
    format: { type: "audio/pcm", rate: 24_000 },
    voice: "one",
    speed: 1,
  });
  assertEquals(conversation!.type, "conversation.created");
  assert(conversation!.conversation.id.startsWith("conv_"));
});

Deno.test("every event of Realtime's has an id of its own", () => {
  const client = new Translation();
  const told = [
    ...client.greeting,
    ...client.ask(item()),
    ...client.ask({ type: "response.cancel" }),
  ];
  assertEquals(new Set(told.map((event) => event.event_id)).size, told.length);
});

const UPDATES: readonly [string, object, object][] = [
  [
    "in audio.output",
    {
      type: "realtime",
      audio: { output: { voice: "alloy", speed: 1.5, format: { type: "audio/pcmu" } } },
    },
    { format: { type: "audio/pcmu" }, voice: "alloy", speed: 1.5 },
  ],
  [
    "by the beta's fields",
    { voice: "two", speed: 0.5, output_audio_format: "g711_alaw" },
    { format: { type: "audio/pcma" }, voice: "two", speed: 0.5 },
  ],
  [
    "with a voice that has an id, and with a rate",
    { audio: { output: { voice: { id: "two" }, format: { type: "audio/pcm", rate: 24_000 } } } },
    { format: { type: "audio/pcm", rate: 24_000 }, voice: "two", speed: 1 },
  ],
  [
    "for who listens or thinks, which has no effect",
    {
      type: "realtime",
      instructions: "Be brief.",
      tools: [{ type: "function", name: "f" }],
      output_modalities: ["audio"],
      audio: { input: { turn_detection: { type: "server_vad" } } },
    },
    { format: { type: "audio/pcm", rate: 24_000 }, voice: "one", speed: 1 },
  ],
];

for (const [what, session, output] of UPDATES) {
  Deno.test(`a Realtime session can be updated ${what}`, () => {
    const [told] = new Translation().ask({ type: "session.update", session });
    assertEquals(told!.type, "session.updated");
    assertEquals(told!.session.audio.output, output);
    assertEquals(told!.session.audio.input.turn_detection, null);
  });
}

/** Messages, and which field their errors are to name. */
const REFUSED: readonly [object, string, string][] = [
  [{ type: "foo" }, "type", "foo"],
  [{}, "type", "type is missing"],
  [{ type: "session.update" }, "session", "missing"],
  [{ type: "session.update", session: { type: "transcription" } }, "session.type", "realtime"],
  [{ type: "session.update", session: { voice: "nobody" } }, "session.voice", "one, two, alloy"],
  [{ type: "session.update", session: { speed: 3 } }, "session.speed", "0.5 to 2"],
  [
    { type: "session.update", session: { audio: { output: { voice: 3 } } } },
    "session.audio.output.voice",
    "string",
  ],
  [
    { type: "session.update", session: { audio: { output: { speed: 0.25 } } } },
    "session.audio.output.speed",
    "0.5 to 2",
  ],
  [
    { type: "session.update", session: { audio: { output: { format: { type: "mp3" } } } } },
    "session.audio.output.format.type",
    "audio/pcm, audio/pcmu, audio/pcma",
  ],
  [
    {
      type: "session.update",
      session: { audio: { output: { format: { type: "audio/pcm", rate: 16_000 } } } },
    },
    "session.audio.output.format.rate",
    "24000",
  ],
  [
    { type: "session.update", session: { output_modalities: ["text"] } },
    "session.output_modalities",
    "audio",
  ],
  [{ type: "session.update", session: { modalities: ["text"] } }, "session.modalities", "audio"],
  [{ type: "conversation.item.create" }, "item", "missing"],
  [item({ type: "function_call" }), "item.type", "message"],
  [item({ role: "robot" }), "item.role", "user, assistant, system"],
  [item({ id: "i".repeat(65) }), "item.id", "64"],
  [item({ content: "Hello." }), "item.content", "list"],
  [item({ content: [{ type: "input_audio" }] }), "item.content.type", "input_text"],
  [item({ content: [{ type: "input_text" }] }), "item.content.text", "missing"],
  [item({ content: Array(257).fill({}) }), "item.content", "256"],
  [{ type: "conversation.item.delete" }, "item_id", "missing"],
  [{ type: "conversation.item.truncate", content_index: 1 }, "content_index", "0"],
  [
    { type: "conversation.item.truncate", content_index: 0, item_id: "i", audio_end_ms: -1 },
    "audio_end_ms",
    "0",
  ],
  [{ type: "response.create", response: { input: {} } }, "response.input", "list"],
  [{ type: "response.create", response: { input: [{}] } }, "response.input.type", "missing"],
  [{ type: "response.create", response: { metadata: 1 } }, "response.metadata", "object"],
  [
    {
      type: "response.create",
      response: { metadata: Object.fromEntries(Array(17).fill("v").entries()) },
    },
    "response.metadata",
    "16 pairs",
  ],
  [
    { type: "response.create", response: { metadata: { ["k".repeat(65)]: "" } } },
    "response.metadata",
    "64 characters",
  ],
  [
    { type: "response.create", response: { metadata: { mine: "v".repeat(513) } } },
    "response.metadata.mine",
    "512 characters",
  ],
  [
    { type: "response.create", response: { audio: { output: { voice: "nobody" } } } },
    "response.audio.output.voice",
    "nobody",
  ],
];

for (const [message, field, words] of REFUSED) {
  const what = JSON.stringify(message).slice(0, 90);
  Deno.test(`Realtime refuses ${what} and names ${field}`, () => {
    const client = new Translation();
    const [decoded, ...more] = client.decode({ ...message, event_id: "mine" });
    assert(decoded !== undefined && "problem" in decoded && more.length === 0);
    assertEquals(decoded.problem.field, field);
    assertStringIncludes(decoded.problem.message, words);
    const [told] = client.tell({ type: "error", problem: decoded.problem, fatal: false });
    assertEquals(told!.error.type, "invalid_request_error");
    assertEquals([told!.error.param, told!.error.event_id], [field, "mine"]);
  });
}

Deno.test("Realtime tells what is missing in OpenAI's words", () => {
  const client = new Translation();
  const [decoded] = client.decode({});
  assert(decoded !== undefined && "problem" in decoded);
  const [told] = client.tell({ type: "error", problem: decoded.problem, fatal: false });
  const { message, code } = told!.error;
  assertEquals([message, code], [
    "Missing required parameter: 'type'.",
    "missing_required_parameter",
  ]);
});

Deno.test("Realtime refuses what is no JSON object", () => {
  const client = new Translation();
  for (const message of ["hello", "[]", "3"]) {
    const [decoded] = client.decode(message);
    assert(decoded !== undefined && "problem" in decoded);
    assertEquals(decoded.problem.code, "bad_json");
  }
});

Deno.test("an error that no message asked for names none", () => {
  const client = new Translation();
  client.ask({ type: "session.update", session: {}, event_id: "mine" });
  const failed = { code: "synthesis_failed", message: "no" } as const;
  const [told] = client.tell({ type: "error", problem: failed, fatal: false });
  assertEquals([told!.error.type, told!.error.event_id], ["server_error", null]);
  const idle = { code: "idle_timeout", message: "no" } as const;
  assertEquals(client.tell({ type: "error", problem: idle, fatal: true })[0]!.error.event_id, null);
});

Deno.test("items of any role and content of any kind of text are told as created", () => {
  const client = new Translation();
  const told = client.ask(item({ id: "mine" }));
  assertEquals(typesOf(told), [
    "conversation.item.created",
    "conversation.item.added",
    "conversation.item.done",
  ]);
  for (const event of told) {
    assertEquals(event.previous_item_id, null);
    assertEquals(event.item, {
      id: "mine",
      object: "realtime.item",
      type: "message",
      status: "completed",
      role: "user",
      content: [{ type: "input_text", text: "Hello." }],
    });
  }
  const content = [{ type: "text", text: "a" }, { type: "output_text", text: "b" }];
  for (const role of ["assistant", "system"]) {
    const [event] = client.ask(item({ role, content }));
    assert(event!.item.id.startsWith("item_"));
    assertEquals([event!.item.role, event!.item.content], [role, content]);
  }
});

Deno.test("items can be put after others, retrieved and deleted", () => {
  const client = new Translation();
  client.write("A.", "a");
  client.write("B.", "b");
  const put = (id: string, previous_item_id: string) =>
    client.ask(item({ id }, { previous_item_id }))[0]!.previous_item_id;
  assertEquals(put("after a", "a"), "a");
  assertEquals(put("first", "root"), null);
  const about = (type: string) => ({ type: `conversation.item.${type}`, item_id: "b" });
  assertEquals(client.ask(about("retrieve"))[0]!.item.content[0].text, "B.");
  assertEquals(client.ask(about("delete"))[0]!.item_id, "b");
  const cases = [["retrieve", "retriev"], ["delete", "delet"]] as const;
  for (const [what, verb] of cases) {
    const error = client.error({ ...about(what), event_id: "e" });
    assertEquals(error.code, `item_${verb}e_invalid_item_id`);
    assertEquals(error.message, `Error ${verb}ing item: the item with id 'b' does not exist.`);
    assertEquals([error.param, error.event_id], ["item_id", "e"]);
  }
  assertEquals(client.error(item({ id: "a" })).param, "item.id");
  assertEquals(client.error(item({}, { previous_item_id: "b" })).param, "previous_item_id");
});

Deno.test("a response says the text of the items since the last one, in their order", () => {
  const client = new Translation();
  client.write("One.");
  client.write("Two.", "two");
  client.ask(item({ content: [{ type: "input_text", text: "Zero." }] }, {
    previous_item_id: "root",
  }));
  client.write("Gone.", "gone");
  client.ask({ type: "conversation.item.delete", item_id: "gone" });
  client.ask(item({ content: [] }));
  const [configure, text] = client.commands({ type: "response.create" });
  assertEquals(configure, { type: "configure", settings: { voice: "one", speed: 1 } });
  assert(text?.type === "text" && text.utteranceId !== undefined);
  assertEquals([text.text, text.final], ["Zero.\n\nOne.\n\nTwo.", true]);
  client.tell({ type: "utterance_started", utteranceId: text.utteranceId, number: 1 });
  const out = { conversation: "none" };
  assertEquals(
    client.error({ type: "response.create", response: out }).code,
    "nothing_to_say",
  );
  client.write("Three.");
  const next = client.commands({ type: "response.create", response: out })[1];
  assertEquals(next?.type === "text" && next.text, "Three.");
});

Deno.test("a response that the core refuses leaves its items to be said", () => {
  const client = new Translation();
  client.write("One.");
  client.commands({ type: "response.create" });
  client.tell({ type: "error", problem: { code: "overloaded", message: "no" }, fatal: false });
  const [, text] = client.commands({ type: "response.create" });
  assertEquals(text?.type === "text" && text.text, "One.");
});

Deno.test("a response may bring its own input, by items and by references to such", () => {
  const client = new Translation();
  client.write("Kept.", "kept");
  const own = item({ content: [{ type: "input_text", text: "Own." }] }).item;
  const input = [own, { type: "item_reference", id: "kept" }];
  const [, text] = client.commands({ type: "response.create", response: { input } });
  assertEquals(text?.type === "text" && text.text, "Own.\n\nKept.");
  const unknown = { input: [{ type: "item_reference", id: "nobody" }] };
  assertEquals(
    client.error({ type: "response.create", response: unknown }).param,
    "response.input",
  );
});

Deno.test("a response without text is refused, and what to do is said", () => {
  const client = new Translation();
  const asks = [{}, { response: { input: [] } }, { response: { instructions: "Say hello." } }];
  for (const ask of asks) {
    const error = client.error({ type: "response.create", event_id: "e", ...ask });
    assertEquals([error.code, error.event_id], ["nothing_to_say", "e"]);
    assertStringIncludes(error.message, "conversation item");
  }
});

Deno.test("text that waits to be said is limited by what one response takes", () => {
  const client = new Translation({ maxTextCharacters: 10 });
  client.write("12345.");
  const long = item({ content: [{ type: "input_text", text: "123" }] });
  const error = client.error(long);
  assertEquals(error.code, "string_above_max_length");
  assertStringIncludes(error.message, "11 characters");
  assertStringIncludes(error.message, "takes 10");
});

Deno.test("items that wait to be said are limited in number", () => {
  const client = new Translation();
  const short = item({ content: [{ type: "input_text", text: "a" }] });
  for (let i = 0; i < 256; i++) assertEquals(client.ask(short).length, 3);
  assertStringIncludes(client.error(short).message, "256 items");
});

Deno.test("old items are forgotten, but none that waits to be said", () => {
  const client = new Translation();
  client.write("Said later.", "waiting");
  for (let i = 0; i < 600; i++) client.ask(item({ id: `item ${i}`, content: [] }));
  const retrieve = (item_id: string) => ({ type: "conversation.item.retrieve", item_id });
  assertEquals(client.ask(retrieve("waiting"))[0]!.type, "conversation.item.retrieved");
  assertEquals(client.ask(retrieve("item 599"))[0]!.type, "conversation.item.retrieved");
  assertEquals(client.error(retrieve("item 0")).code, "item_retrieve_invalid_item_id");
});

Deno.test("audio from the client is refused once, and everything else about it always", () => {
  const client = new Translation();
  const append = { type: "input_audio_buffer.append", audio: "AAAA", event_id: "e" };
  const error = client.error(append);
  assertEquals([error.code, error.event_id], ["unsupported_value", "e"]);
  assertStringIncludes(error.message, "only speaks");
  assertEquals(client.ask(append), []);
  for (const type of ["input_audio_buffer.commit", "input_audio_buffer.clear"]) {
    for (let i = 0; i < 2; i++) assertStringIncludes(client.error({ type }).message, "only speaks");
  }
  const update = { type: "transcription_session.update" };
  assertStringIncludes(client.error(update).message, "only speaks");
});
