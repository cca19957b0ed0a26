import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Told, Translation } from "./realtime_client.ts";

const TEXT = "Hello there. How are you?";

const typesOf = (told: readonly Told[]) => told.map((event) => event.type);

/** A client whose response is being said: what it is called. */
function speaking(client: Translation, response: object = {}) {
  client.write(TEXT, "written");
  const [created, added] = client.begin(response);
  return { id: created!.response.id as string, itemId: added!.item.id as string };
}

function sentence(utteranceId: string, index: 0 | 1) {
  const sourceEnd = index === 0 ? 12 : TEXT.length;
  const place = { sourceStart: index * 13, sourceEnd, offsetMs: index * 1_000 };
  return { type: "sentence_started", utteranceId, index, text: "", ...place } as const;
}

function sentenceEnd(utteranceId: string, index: number, failed = false) {
  const durationMs = failed ? 0 : 1_000;
  const status = failed ? "failed" : "completed";
  return { type: "sentence_ended", utteranceId, index, durationMs, status } as const;
}

function audio(offsetMs: number, ms: number, number = 1) {
  return {
    type: "audio",
    utteranceNumber: number,
    sentenceIndex: 0,
    offsetMs,
    bytes: Uint8Array.of(1, 2, 3),
    samples: ms * 24,
  } as const;
}

function end(
  utteranceId: string,
  outcome: "completed" | "interrupted" | "failed" = "completed",
  durationMs = 2_000,
) {
  return {
    type: "utterance_ended",
    utteranceId,
    outcome,
    durationMs,
    sentences: 2,
    failedSentences: 0,
    characters: TEXT.length,
    timeToFirstAudioMs: 1,
  } as const;
}

function bargeIn(utteranceId: string, playedMs: number, heardText: string) {
  const utterances = [{ utteranceId, playedMs, heardText, unheardText: "" }];
  const rest = { estimated: true, discardedMs: 0, latencyMs: 0 };
  return { type: "barge_in", utterances, playedMs, ...rest } as const;
}

/** Says all of the response; gives what was told from the first sentence on. */
function sayAll(client: Translation, id: string): Told[] {
  return [
    sentence(id, 0),
    audio(0, 1_000),
    sentenceEnd(id, 0),
    sentence(id, 1),
    audio(1_000, 1_000),
    sentenceEnd(id, 1),
    end(id),
  ].flatMap((event) => client.tell(event));
}

/** The transcript of an item that was said. */
function transcriptOf(client: Translation, itemId: string): string {
  const [told] = client.ask({ type: "conversation.item.retrieve", item_id: itemId });
  return told!.item.content[0].transcript;
}

function truncation(itemId: string, audio_end_ms: number) {
  return { type: "conversation.item.truncate", item_id: itemId, content_index: 0, audio_end_ms };
}

Deno.test("a response is told from its creation to its end", () => {
  const client = new Translation();
  client.write(TEXT, "written");
  const begin = client.begin({ metadata: { mine: "1" } });
  assertEquals(typesOf(begin), [
    "response.created",
    "response.output_item.added",
    "conversation.item.created",
    "conversation.item.added",
    "response.content_part.added",
  ]);
  const { response } = begin[0]!;
  assertEquals([response.status, response.output], ["in_progress", []]);
  assertEquals(response.metadata, { mine: "1" });
  const { item } = begin[1]!;
  assertEquals([item.role, item.status, item.content], ["assistant", "in_progress", []]);
  assertEquals(begin[3]!.previous_item_id, "written");

  const told = sayAll(client, response.id);
  assertEquals(typesOf(told), [
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
  ]);
  const place = {
    response_id: response.id,
    item_id: item.id,
    output_index: 0,
    content_index: 0,
  };
  for (const event of told.slice(0, 7)) {
    assertEquals({ ...event, ...place }, event);
  }
  assertEquals([told[0]!.delta, told[2]!.delta], ["Hello there.", " How are you?"]);
  assertEquals(told[1]!.delta, "AQID");
  assertEquals([told[5]!.transcript, told[6]!.part.transcript], [TEXT, TEXT]);
  assertEquals(told[8]!.item.content, [{ type: "output_audio", transcript: TEXT }]);
  const done = told[9]!.response;
  assertEquals([done.status, done.status_details], ["completed", null]);
  assertEquals(done.output, [told[8]!.item]);
  assertEquals(done.usage, {
    total_tokens: 54,
    input_tokens: 7,
    output_tokens: 47,
    input_token_details: { text_tokens: 7, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
    output_token_details: { text_tokens: 7, audio_tokens: 40 },
  });
});

Deno.test("while a response of the conversation is said no other one can begin", () => {
  const client = new Translation();
  const { id } = speaking(client);
  client.write("Next.");
  const error = client.error({ type: "response.create", event_id: "e" });
  assertEquals(error.code, "conversation_already_has_active_response");
  assertStringIncludes(error.message, id);
  sayAll(client, id);
  assertEquals(client.begin({}, 2)[0]!.type, "response.created");
});

Deno.test("a response beside the conversation waits for its turn and adds no item", () => {
  const client = new Translation();
  const { id } = speaking(client);
  const content = [{ type: "input_text", text: "Aside." }];
  const input = [{ type: "message", role: "user", content }];
  const begin = client.begin({ conversation: "none", input }, 2);
  assertEquals(typesOf(begin), [
    "response.created",
    "response.output_item.added",
    "response.content_part.added",
  ]);
  const aside = begin[0]!.response;
  assertEquals(aside.conversation_id, null);
  assertEquals(client.tell(audio(0, 20, 2))[0]!.response_id, aside.id);
  assertEquals(client.tell(audio(0, 20, 1))[0]!.response_id, id);
  assert(!typesOf(client.tell(end(aside.id))).includes("conversation.item.done"));
  const [, added] = begin;
  const retrieve = { type: "conversation.item.retrieve", item_id: added!.item.id };
  assertEquals(client.error(retrieve).code, "item_retrieve_invalid_item_id");
});

Deno.test("a cancelled response is a barge-in, and its transcript is what was heard", () => {
  const client = new Translation();
  const { id, itemId } = speaking(client);
  client.tell(sentence(id, 0));
  client.tell(audio(0, 1_000));
  assertEquals(client.commands({ type: "response.cancel" }), [
    { type: "barge_in", utteranceId: id },
  ]);
  assertEquals(client.tell(bargeIn(id, 500, "Hello")), []);
  const told = client.tell(end(id, "interrupted", 1_000));
  const done = told.at(-1)!.response;
  assertEquals(done.status, "cancelled");
  assertEquals(done.status_details, { type: "cancelled", reason: "client_cancelled" });
  assertEquals([done.output[0].id, done.output[0].status], [itemId, "incomplete"]);
  assertEquals(done.output[0].content[0].transcript, "Hello");
  assertEquals(done.usage.output_token_details, { text_tokens: 2, audio_tokens: 20 });
});

Deno.test("a response can be cancelled by its id, and only while it is said", () => {
  const client = new Translation();
  const cancel = { type: "response.cancel", event_id: "e" };
  assertEquals(client.error(cancel).code, "response_cancel_not_active");
  const { id } = speaking(client);
  assertEquals(
    client.error({ ...cancel, response_id: "other" }).code,
    "response_cancel_not_active",
  );
  assertEquals(client.commands({ ...cancel, response_id: id }), [
    { type: "barge_in", utteranceId: id },
  ]);
  sayAll(client, id);
  assertEquals(client.error({ ...cancel, response_id: id }).event_id, "e");
});

Deno.test("truncating what is still said interrupts it at that position", () => {
  const client = new Translation();
  const { id, itemId } = speaking(client);
  client.tell(sentence(id, 0));
  client.tell(audio(0, 1_000));
  assertEquals(client.commands(truncation(itemId, 600)), [
    { type: "barge_in", utteranceId: id, playedMs: 600 },
  ]);
  const [told, ...more] = client.tell(bargeIn(id, 600, "Hello there."));
  assertEquals([told!.type, more.length], ["conversation.item.truncated", 0]);
  assertEquals([told!.item_id, told!.content_index, told!.audio_end_ms], [itemId, 0, 600]);
  const done = client.tell(end(id, "interrupted", 1_000)).at(-1)!.response;
  assertEquals(done.status, "cancelled");
  assertEquals(transcriptOf(client, itemId), "Hello there.");
});

Deno.test("truncating what was cancelled before takes the words not heard from the transcript", () => {
  const client = new Translation();
  const { id, itemId } = speaking(client);
  client.tell(sentence(id, 0));
  client.tell(audio(0, 1_000));
  client.commands({ type: "response.cancel" });
  client.tell(bargeIn(id, 1_000, "Hello there."));
  client.tell(end(id, "interrupted", 1_000));
  assertEquals(typesOf(client.ask(truncation(itemId, 600))), ["conversation.item.truncated"]);
  assertEquals(transcriptOf(client, itemId), "Hello");
  const longer = client.error(truncation(itemId, 1_000));
  assertEquals(longer.message, "Audio content of 600ms is already shorter than 1000ms");
  client.ask(truncation(itemId, 0));
  assertEquals(transcriptOf(client, itemId), "");
});

Deno.test("truncating what was all sent is told to the core, which may still know it", () => {
  const client = new Translation();
  const { id, itemId } = speaking(client);
  sayAll(client, id);
  const played = { type: "barge_in", utteranceId: id, playedMs: 1_500 } as const;
  assertEquals(client.commands(truncation(itemId, 1_500)), [played]);
  client.tell(bargeIn(id, 1_500, "Hello there. How"));
  assertEquals(transcriptOf(client, itemId), "Hello there. How");
  // Later it does not; then the share of the audio has to do.
  assertEquals(client.commands(truncation(itemId, 750)), [{ ...played, playedMs: 750 }]);
  const silence = { ...bargeIn(id, 0, ""), utterances: [] };
  assertEquals(typesOf(client.tell(silence)), ["conversation.item.truncated"]);
  assertEquals(transcriptOf(client, itemId), "Hello");
});

Deno.test("only audio that was said can be truncated, and no more of it than there is", () => {
  const client = new Translation();
  const { id, itemId } = speaking(client);
  sayAll(client, id);
  const tooLong = client.error(truncation(itemId, 2_001));
  assertEquals(tooLong.message, "Audio content of 2000ms is already shorter than 2001ms");
  assertEquals(tooLong.param, "audio_end_ms");
  assertStringIncludes(client.error(truncation("written", 1)).message, "output audio");
  const unknown = client.error(truncation("nobody", 1));
  assertEquals(unknown.code, "item_truncate_invalid_item_id");
});

Deno.test("clearing the audio stops everything, and is answered when nothing is said too", () => {
  const client = new Translation();
  const clear = { type: "output_audio_buffer.clear" };
  assertStringIncludes(client.error(clear).message, "no audio");
  const { id } = speaking(client);
  assertEquals(client.commands(clear), [{ type: "barge_in" }]);
  const [told] = client.tell(bargeIn(id, 0, ""));
  assertEquals([told!.type, told!.response_id], ["output_audio_buffer.cleared", id]);
  client.tell(end(id, "interrupted", 0));
  assertEquals(client.ask(clear)[0]!.response_id, id);
});

Deno.test("a sentence that failed is not in the transcript of what was said", () => {
  const client = new Translation();
  const { id } = speaking(client);
  client.tell(sentence(id, 0));
  client.tell(sentenceEnd(id, 0, true));
  client.tell(sentence(id, 1));
  client.tell(audio(0, 1_000));
  client.tell(sentenceEnd(id, 1));
  const told = client.tell(end(id));
  assertEquals(told[1]!.transcript, " How are you?");
});

Deno.test("a response of which nothing could be said has failed", () => {
  const client = new Translation();
  const { id } = speaking(client);
  const done = client.tell(end(id, "failed", 0)).at(-1)!.response;
  assertEquals(done.status, "failed");
  assertEquals(done.status_details.error, { type: "server_error", code: "synthesis_failed" });
});

Deno.test("another format opens a channel, for the response and those after it", () => {
  const client = new Translation();
  client.ask({ type: "session.update", session: { output_audio_format: "g711_ulaw" } });
  client.write(TEXT);
  const [open, close, configure, text] = client.decode({ type: "response.create" });
  assert(open !== undefined && "open" in open);
  assertEquals([open.open.encoding, open.open.sampleRate], ["mulaw", 8_000]);
  assertEquals(close, { command: { type: "close" }, channel: "" });
  assert(text !== undefined && "command" in text && text.command.type === "text");
  const { channel } = open;
  for (const item of [configure, text]) {
    assertEquals(item && "channel" in item && item.channel, channel);
  }

  const greeting = { type: "session_started", sessionId: "s2" } as never;
  assertEquals(client.tell(greeting, channel), []);
  const id = text.command.utteranceId!;
  const [created] = client.tell({ type: "utterance_started", utteranceId: id, number: 1 }, channel);
  assertEquals(created!.response.audio.output.format, { type: "audio/pcmu" });
  const aside = { conversation: "none", output_audio_format: "pcm16" };
  client.write("Next.");
  assertEquals(
    client.error({ type: "response.create", response: aside }).code,
    "conversation_already_has_active_response",
  );
  client.tell(end(id), channel);
  const next = client.decode({ type: "response.create" });
  assert(next.every((item) => "command" in item && item.channel === channel));
});

Deno.test("a response may have a voice of its own", () => {
  const client = new Translation();
  client.write(TEXT);
  const response = { audio: { output: { voice: "alloy" } } };
  const [configure] = client.commands({ type: "response.create", response });
  assertEquals(configure, { type: "configure", settings: { voice: "two", speed: 1 } });
  const [told] = client.ask({ type: "session.update", session: {} });
  assertEquals(told!.session.audio.output.voice, "one");
});

Deno.test("a client of the beta knows everything by the beta's names", () => {
  const client = new Translation({ isBeta: true });
  const { session } = client.greeting[0]!;
  assertEquals([session.voice, session.output_audio_format], ["one", "pcm16"]);
  assertEquals(session.modalities, ["audio", "text"]);
  const content = [{ type: "input_text", text: TEXT }];
  const item = { type: "message", role: "user", content };
  assertEquals(typesOf(client.ask({ type: "conversation.item.create", item })), [
    "conversation.item.created",
  ]);
  const begin = client.begin();
  assertEquals(typesOf(begin), [
    "response.created",
    "response.output_item.added",
    "conversation.item.created",
    "response.content_part.added",
  ]);
  const { response } = begin[0]!;
  assertEquals([response.voice, response.output_audio_format], ["one", "pcm16"]);
  const told = sayAll(client, response.id);
  assertEquals(typesOf(told), [
    "response.audio_transcript.delta",
    "response.audio.delta",
    "response.audio_transcript.delta",
    "response.audio.delta",
    "response.audio.done",
    "response.audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.done",
  ]);
  const said = [{ type: "audio", transcript: TEXT }];
  assertEquals(told[7]!.item.content, said);
  assertEquals(told[8]!.response.output[0].content, said);
});
