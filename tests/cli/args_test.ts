import { assert, assertEquals } from "@std/assert";
import { parseSayArgs, type SayOptions, sessionUrl } from "../../src/cli/args.ts";

function parse(args: string[], env: Record<string, string> = {}) {
  return parseSayArgs(args, (name) => env[name]);
}

function options(args: string[], env: Record<string, string> = {}): SayOptions {
  const parsed = parse(args, env);
  assert(parsed.kind === "say", JSON.stringify(parsed));
  return parsed.options;
}

function problems(args: string[]): readonly string[] {
  const parsed = parse(args);
  assert(parsed.kind === "bad");
  return parsed.problems;
}

Deno.test("words are joined by spaces and stay as they are written", () => {
  assertEquals(options(["Hello", "there.", "1.50", "007"]).text, "Hello there. 1.50 007");
  assertEquals(options(["--quiet", "--", "--speed", "-x"]).text, "--speed -x");
  assertEquals(options([]).text, undefined);
});

Deno.test("the address is the usual one, or a path is added to it", () => {
  assertEquals(options([]).url.href, "ws://127.0.0.1:8081/v1/session");
  assertEquals(options(["--url=wss://example.org"]).url.href, "wss://example.org/v1/session");
  assertEquals(options(["--url", "ws://a/b?x=1"]).url.href, "ws://a/b?x=1");
});

Deno.test("a session is asked for what the flags say", () => {
  const url = sessionUrl(
    options([
      "--out=x.wav",
      "--encoding=mulaw",
      "--sample-rate=8000",
      "--speed=1.2",
      "--voice=a b",
    ]),
  );
  assertEquals(
    url.search,
    "?voice=a+b&speed=1.2&sample_rate=8000&encoding=mulaw&lead_ms=unpaced",
  );
  // A listener's lead is the server's.
  assertEquals(sessionUrl(options([])).search, "?encoding=pcm_s16le");
});

Deno.test("a lone dash is standard output", () => {
  for (const args of [["--out", "-", "Hi"], ["-o", "-", "Hi"], ["--out=-", "Hi"]]) {
    const { out, text } = options(args);
    assertEquals([out, text], ["-", "Hi"]);
  }
  assertEquals(options(["Hi", "--", "--out", "-"]).text, "Hi --out -");
});

Deno.test("a key comes from the flag, else from the environment", () => {
  assertEquals(options(["--key=a"], { SYRINX_KEY: "b" }).key, "a");
  assertEquals(options([], { SYRINX_KEY: "b" }).key, "b");
  assertEquals(options([], { SYRINX_KEY: "" }).key, undefined);
});

Deno.test("flags that contradict each other are listed", () => {
  assertEquals(problems(["--file=a", "--encoding=alaw", "Hello"]), [
    '--file: "a" and text as arguments exclude each other',
    '--encoding: "alaw" is only for --out; playing takes pcm_s16le',
  ]);
  assertEquals(problems(["--out=-", "--json", "--player=aplay", "x"]), [
    '--player: "aplay" and --out exclude each other',
    "--json: not with --out -, which writes to stdout as well",
  ]);
  assertEquals(problems(["--player=vlc", "--voice"]), [
    "--voice: the value is missing; it takes a value",
    '--player: "vlc" is not allowed; it takes ffplay, pacat, aplay, play',
  ]);
});

Deno.test("--help wins over what is wrong", () => {
  assertEquals(parse(["-h", "--speed=9"]), { kind: "help" });
});
