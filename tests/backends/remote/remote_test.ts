import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  createRemoteBackend,
  parseBackends,
  type RemoteBackend,
  type RemoteEvent,
} from "../../../src/backends/remote.ts";
import { scriptedVoices } from "../../../src/backends/scripted.ts";
import { ConfigError } from "../../../src/errors.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { until } from "../../helpers/server.ts";
import { startTestWorker } from "../../tts_worker/worker_helpers.ts";
import { SpeechServer } from "../openai/speech_server.ts";

/** What a setting's text stands for. */
function backendsOf(text: string) {
  const { backends, problems } = parseBackends(text, () => undefined);
  assertEquals(problems, []);
  return backends;
}

/** Has a backend say something, and counts the samples. */
async function say(backend: RemoteBackend, voice = "one"): Promise<number> {
  const { signal } = new AbortController();
  let samples = 0;
  const chunks = backend.synthesize({ text: "hello", voice, speed: 1 }, { signal });
  for await (const { pcm } of chunks) samples += pcm.length;
  return samples;
}

Deno.test("workers named in both ways speak, each once, and are told who asks", async () => {
  await using first = await startTestWorker();
  await using second = await startTestWorker();
  const events: RemoteEvent[] = [];
  let request = 0;
  const backend = await createRemoteBackend({
    backends: backendsOf(
      `dns:///tts.internal:${first.worker.port},${first.target},${second.target}`,
    ),
    clock: systemClock,
    resolve: () => Promise.resolve(["127.0.0.1"]),
    metadata: () => ({ "x-request-id": `r-${request++}` }),
    onEvent: (event) => void events.push(event),
  });
  assertEquals(backend.voices.map(({ id }) => id), ["one", "two"]);
  assertEquals(backend.fleet.capacity, 8);
  for (let count = 0; count < 4; count++) assertEquals(await say(backend), 1_600);
  const asked = [first, second].map(({ events }) =>
    events.flatMap((event) => event.type === "first_audio" ? [event.call.requestId] : [])
  );
  assertEquals(asked.map(({ length }) => length), [2, 2]);
  assertEquals(asked.flat().toSorted(), ["r-0", "r-1", "r-2", "r-3"]);
  await backend.close();
  assertEquals(events.filter(({ type }) => type === "backend_up").length, 2);
  assertEquals(events.filter(({ type }) => type === "addresses_changed"), [{
    type: "addresses_changed",
    name: "tts.internal",
    addresses: [first.target],
  }]);
});

Deno.test("a TTS worker and an OpenAI server speak side by side", async () => {
  await using worker = await startTestWorker({ voices: scriptedVoices().slice(0, 1) });
  await using server = SpeechServer.start();
  const backend = await createRemoteBackend({
    backends: backendsOf(`${worker.target},openai+${server.url}?voices=nova&max_concurrent=3`),
    clock: systemClock,
    metadata: () => ({ "x-request-id": "r-1" }),
  });
  assertEquals(backend.voices.map(({ id }) => id), ["one", "nova"]);
  assertEquals(backend.fleet.capacity, 7);
  assertEquals(await say(backend, "one"), 1_600);
  assertEquals(await say(backend, "nova"), 2_400);
  assertEquals(server.spoken.map(({ headers }) => headers.get("x-request-id")), ["r-1"]);
  await backend.close();
});

Deno.test("why a backend is not there is told", async () => {
  await using worker = await startTestWorker();
  const told = new Map<string, string>();
  const backend = await createRemoteBackend({
    backends: backendsOf(`${worker.target},localhost:1,openai+http://127.0.0.1:1`),
    clock: systemClock,
    onEvent(event) {
      if (event.type === "backend_trouble") told.set(event.backend, event.error);
    },
  });
  await until(() => told.size === 2, "both to be told");
  assertEquals([...told.keys()].toSorted(), ["127.0.0.1:1", "localhost:1"]);
  assertStringIncludes(told.get("localhost:1")!, "ECONNREFUSED");
  await backend.close();
});

Deno.test("with TLS a worker at an IP address is refused by name", async () => {
  const error = await assertRejects(
    () =>
      createRemoteBackend({
        backends: backendsOf("tts.internal:7001,10.0.0.1:7001,[::1]:7001"),
        clock: systemClock,
        tls: {},
      }),
    ConfigError,
  );
  assertEquals(error.problems, [
    'TTS_BACKENDS: "10.0.0.1:7001": TLS takes a host name',
    'TTS_BACKENDS: "[::1]:7001": TLS takes a host name',
  ]);
});

Deno.test("it is no backend if nobody answers in time", async () => {
  await assertRejects(
    () =>
      createRemoteBackend({
        backends: backendsOf("dns:///nowhere.invalid:7001,localhost:1"),
        clock: systemClock,
        resolve: () => Promise.reject(new Error("ENOTFOUND")),
        settings: { startTimeoutMs: 200 },
      }),
    Error,
    "no backend answered for 200 ms: localhost:1",
  );
});

Deno.test("backends that are replaced go when they are done, and those that stay notice nothing", async () => {
  await using first = await startTestWorker();
  await using second = await startTestWorker();
  await using third = await startTestWorker();
  const backend = await createRemoteBackend({
    backends: backendsOf(`${first.target},${second.target}`),
    clock: systemClock,
  });
  const ups = () => backend.fleet.stats().filter(({ up }) => up).map(({ address }) => address);
  const { signal } = new AbortController();
  const begun = backend.synthesize({ text: "hello", voice: "one", speed: 1 }, { signal });
  const reading = begun[Symbol.asyncIterator]();
  await reading.next();
  backend.replace(backendsOf(`${second.target},${third.target}`));
  await until(() => ups().includes(third.target), "the third to be there");
  while (!(await reading.next()).done);
  await until(() => !ups().includes(first.target), "the first to be gone");
  assertEquals(ups(), [second.target, third.target]);
  for (let count = 0; count < 4; count++) assertEquals(await say(backend), 1_600);
  await backend.close();
});
