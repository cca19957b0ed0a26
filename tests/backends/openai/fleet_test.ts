/** Members on real sockets, through the fleet that they are made for. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  createFleet,
  fixedAddresses,
  type FleetBackend,
  type FleetEvent,
  type FleetSettings,
} from "../../../src/backends/fleet.ts";
import {
  createOpenaiMember,
  type OpenaiMemberOptions,
} from "../../../src/backends/openai/member.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { toBytes } from "../../../src/lib/pcm/bytes.ts";
import { until } from "../embedded_helpers.ts";
import { Cable } from "./cable.ts";
import { rest } from "./connect.ts";
import { Body, json, SpeechServer, tone } from "./speech_server.ts";

const TEXT = "The quick brown fox jumps over the lazy dog.";

/** Half a second of audio. */
const AUDIO = tone(12_000);

/** However slow the machine is. */
const patient: Partial<FleetSettings> = {
  firstChunkTimeoutMs: 15_000,
  chunkTimeoutMs: 15_000,
  probeTimeoutMs: 15_000,
  startGraceMs: 15_000,
};

/** A fleet, closed at the end of the block, and what happened in it. */
interface Fixture extends AsyncDisposable {
  readonly fleet: FleetBackend;
  readonly events: FleetEvent[];
  eventsOf<T extends FleetEvent["type"]>(type: T): Extract<FleetEvent, { type: T }>[];
}

async function createFixture(
  servers: readonly Pick<SpeechServer, "address" | "url">[],
  options: { settings?: Partial<FleetSettings>; member?: Partial<OpenaiMemberOptions> } = {},
): Promise<Fixture> {
  const events: FleetEvent[] = [];
  const urls = new Map(servers.map(({ address, url }) => [address, url]));
  const fleet = await createFleet({
    source: fixedAddresses([...urls.keys()]),
    open: (address) =>
      createOpenaiMember({
        address,
        url: urls.get(address)!,
        clock: systemClock,
        ...options.member,
      }),
    clock: systemClock,
    onEvent: (event) => void events.push(event),
    settings: { ...patient, ...options.settings },
  });
  return {
    fleet,
    events,
    eventsOf: (type) => events.filter((event) => event.type === type) as never,
    [Symbol.asyncDispose]: () => fleet.close(),
  };
}

function say(fleet: FleetBackend, signal = new AbortController().signal) {
  return fleet.synthesize({ text: TEXT, voice: "af_bella", speed: 1 }, { signal });
}

Deno.test("a server that dies in mid-sentence is replaced, and the sentence comes whole", async () => {
  const body = new Body();
  await using dying = SpeechServer.start({ speech: () => new Response(body.stream) });
  await using other = SpeechServer.start({ speech: () => new Response(toBytes(AUDIO)) });
  await using cable = new Cable(dying.port);
  await using test = await createFixture([cable, other]);
  const stream = say(test.fleet);
  const first = stream.next();
  // It ends in the middle of a sample.
  await body.send(toBytes(AUDIO).slice(0, 8_001));
  const given = (await first).value!.pcm;
  assert(given.length > 0);
  const received = [...given];
  while (received.length < 4_000) received.push(...(await stream.next()).value!.pcm);
  cable.cut();
  received.push(...await rest(stream));
  assertEquals(received, [...AUDIO]);
  assertEquals(other.spoken.map(({ body }) => body.input), [TEXT]);
  const [failover] = test.eventsOf("failover");
  assertEquals([failover?.phase, failover?.code], ["mid_sentence", "unavailable"]);
  assertEquals([failover?.from, failover?.to], [cable.address, other.address]);
  const [joined] = test.eventsOf("joined");
  assertEquals([joined?.kind, joined?.backend], ["time", other.address]);
  assertEquals(Math.round(joined!.atMs * 24), 4_000);
  assertEquals(test.fleet.stats().map(({ up }) => up), [false, true]);
  await body.end();
});

Deno.test("a server that dies before its first audio is replaced at once", async () => {
  const gone = Promise.withResolvers<Response>();
  await using dying = SpeechServer.start({ speech: () => gone.promise });
  await using other = SpeechServer.start({ speech: () => new Response(toBytes(AUDIO)) });
  await using cable = new Cable(dying.port);
  await using test = await createFixture([cable, other]);
  const samples = rest(say(test.fleet));
  await until(() => dying.spoken.length === 1, "the sentence is asked for");
  cable.cut();
  assertEquals(await samples, [...AUDIO]);
  assertEquals(test.eventsOf("failover").map(({ phase }) => phase), ["before_first_chunk"]);
  assertEquals(test.eventsOf("joined"), []);
  gone.resolve(json({}));
});

Deno.test("a server that was away is used again when it is back", async () => {
  await using server = SpeechServer.start({ speech: () => new Response(toBytes(AUDIO)) });
  await using cable = new Cable(server.port);
  await using test = await createFixture([cable]);
  cable.cut();
  const waiting = rest(say(test.fleet));
  await until(() => test.eventsOf("backend_down").length === 1, "the server is known to be away");
  cable.mend();
  assertEquals(await waiting, [...AUDIO]);
  assertEquals(test.fleet.stats().map(({ up, breaker }) => [up, breaker]), [[true, "closed"]]);
});

Deno.test("a fleet begins when its first server does", async () => {
  await using server = SpeechServer.start();
  await using cable = new Cable(server.port);
  cable.cut();
  const troubles: string[] = [];
  const creating = createFixture([cable], {
    member: { onTrouble: ({ message }) => void troubles.push(message) },
  });
  await until(() => troubles.length === 1, "nobody is there");
  cable.mend();
  await using test = await creating;
  assertEquals(test.fleet.voices.map(({ id }) => id), ["af_bella"]);
  assertEquals(test.fleet.capacity, 2);
});

Deno.test("a voice that one server does not have after all is another's", async () => {
  const message = "Voice 'af_bella' not found. Available voices: af_sky";
  await using lacking = SpeechServer.start({ speech: () => json({ detail: { message } }, 400) });
  await using other = SpeechServer.start({ speech: () => new Response(toBytes(AUDIO)) });
  await using test = await createFixture([lacking, other]);
  assertEquals(await rest(say(test.fleet)), [...AUDIO]);
  assertEquals(test.eventsOf("failover").map(({ code }) => code), ["not_found"]);
  // Its breaker has nothing to do with that.
  assertEquals(test.fleet.stats().map(({ up, breaker }) => [up, breaker]), [
    [true, "closed"],
    [true, "closed"],
  ]);
});

Deno.test("a busy server is asked again, and what is wrong everywhere is not", async () => {
  let refusals = 2;
  await using server = SpeechServer.start({
    speech: () =>
      refusals-- > 0 ? json({}, 429, { "retry-after-ms": "10" }) : new Response(toBytes(AUDIO)),
  });
  await using test = await createFixture([server]);
  assertEquals(await rest(say(test.fleet)), [...AUDIO]);
  assertEquals(server.spoken.length, 3);
  server.speech = () => json({ detail: "too long" }, 400);
  await assertRejects(() => rest(say(test.fleet)), Error, "it does not take the request");
  assertEquals(server.spoken.length, 4);
});

Deno.test("a server that stalls is left for another, and is told so", async () => {
  let gone = 0;
  const body = new Body();
  await using stalling = SpeechServer.start({
    speech: (_, stop) => {
      stop.addEventListener("abort", () => gone++);
      return new Response(body.stream);
    },
  });
  await using other = SpeechServer.start({ speech: () => new Response(toBytes(AUDIO)) });
  await using test = await createFixture([stalling, other], { settings: { chunkTimeoutMs: 500 } });
  const samples = rest(say(test.fleet));
  await body.send(toBytes(AUDIO).slice(0, 3_000));
  assertEquals(await samples, [...AUDIO]);
  assertEquals(test.eventsOf("failover").map(({ code }) => code), ["timeout"]);
  await until(() => gone === 1, "the server knows");
  await body.end();
});

Deno.test("a listener who interrupts ends the synthesis at the server", async () => {
  let gone = 0;
  const body = new Body();
  await using server = SpeechServer.start({
    speech: (_, stop) => {
      stop.addEventListener("abort", () => gone++);
      return new Response(body.stream);
    },
  });
  await using test = await createFixture([server]);
  const abort = new AbortController();
  const stream = say(test.fleet, abort.signal);
  const first = stream.next();
  await body.send(toBytes(AUDIO).slice(0, 3_000));
  await first;
  const second = stream.next();
  abort.abort(new Error("interrupted"));
  await assertRejects(() => second, Error, "interrupted");
  await until(() => gone === 1, "the server knows");
  assertEquals(test.fleet.stats().map(({ outstanding }) => outstanding), [0]);
  assertEquals(test.eventsOf("request_ended").map(({ code }) => code), ["cancelled"]);
  await body.end();
});
