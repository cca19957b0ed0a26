import { assertEquals } from "@std/assert";
import { BACKEND_FORMS, parseBackends } from "../../../src/backends/remote/parse_backends.ts";

const none = () => undefined;

Deno.test("every form of an entry is read, in order", () => {
  const text = "one.internal:7001, 10.0.0.1:7002 ,[FD00::1]:7003,,dns:///TTS.internal:7001," +
    "openai+http://host:8880/v1?voices=a,b,openai+https://tts.example.com";
  assertEquals(parseBackends(text, none), {
    backends: [
      { kind: "grpc", address: "one.internal:7001" },
      { kind: "grpc", address: "10.0.0.1:7002" },
      { kind: "grpc", address: "[fd00::1]:7003" },
      { kind: "dns", host: "tts.internal", port: 7001 },
      {
        kind: "openai",
        address: "host:8880",
        url: "http://host:8880/v1",
        voices: ["a", "b"],
      },
      { kind: "openai", address: "tts.example.com:443", url: "https://tts.example.com/v1" },
    ],
    problems: [],
  });
});

Deno.test("nothing is no entry", () => {
  assertEquals(parseBackends(" , ", none), { backends: [], problems: [] });
});

Deno.test("what is named twice is told: metrics could not tell the two apart", () => {
  const text = "a:7001,A:7001,dns:///a:1,dns:///a:1,openai+http://h:1?model=x,openai+http://h:1";
  assertEquals(parseBackends(text, none).problems, [
    '"a:7001": it is named twice',
    '"dns:///a:1": it is named twice',
    '"h:1": it is named twice',
  ]);
});

Deno.test("every entry that is wrong is told, with what is allowed", () => {
  const forms = `it takes ${BACKEND_FORMS}`;
  const problems: Record<string, string> = {
    "host:": forms,
    ":7001": forms,
    "http://host:7001": forms,
    "::1:7001": forms,
    "host:0": "a port is a number from 1 to 65535",
    "host:70000": "a port is a number from 1 to 65535",
    "dns://host:7001": forms,
    "dns:///host": forms,
    "host": forms,
  };
  const text = [...Object.keys(problems), "good:7001"].join();
  const parsed = parseBackends(text, none);
  assertEquals(parsed.backends, [{ kind: "grpc", address: "good:7001" }]);
  assertEquals(
    parsed.problems,
    Object.entries(problems).map(([entry, problem]) => `${JSON.stringify(entry)}: ${problem}`),
  );
});

Deno.test("an OpenAI server's problems are told beside the others, and keys are read", () => {
  const env = (name: string) => name === "TTS_KEY" ? "secret" : undefined;
  const text = "openai+http://one?key_env=TTS_KEY,openai+http://two:1?sample_rate=1,bad:0";
  const { backends, problems } = parseBackends(text, env);
  assertEquals(backends, [
    { kind: "openai", address: "one:80", url: "http://one/v1", apiKey: "secret" },
  ]);
  assertEquals(problems.map((problem) => problem.split(":").slice(0, 2).join(":")), [
    "openai+http://two",
    '"bad:0"',
  ]);
});

Deno.test("what may be a key is not repeated", () => {
  const { problems } = parseBackends("https://user:secret@host/v1?key=secret", none);
  assertEquals(problems, [`"https://***@host/v1?***": it takes ${BACKEND_FORMS}`]);
});
