/**
 * What `deno task say` was asked to do.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { sampleRatesOf } from "../codecs/encodings.ts";
import type { WavFormat } from "../lib/pcm/wav.ts";
import { playerNames } from "./player.ts";

/** A valid command line. */
export interface SayOptions {
  /** Where the session is, without the query that the other options make. */
  readonly url: URL;
  /** The words given as arguments, joined by spaces. */
  readonly text?: string;
  /** A file to be read. */
  readonly file?: string;
  /** A WAV file to be written; `-` is standard output. */
  readonly out?: string;
  readonly voice?: string;
  readonly speed?: number;
  readonly encoding: WavFormat;
  /** Hz. */
  readonly sampleRate?: number;
  readonly key?: string;
  /** The only player to try. */
  readonly player?: string;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** What the command line means: something to say, the help text, or everything that is wrong. */
export type ParsedArgs =
  | { readonly kind: "say"; readonly options: SayOptions }
  | { readonly kind: "help" }
  | { readonly kind: "bad"; readonly problems: readonly string[] };

/** Environment variable with a key: unlike a flag, other users cannot see it. */
export const KEY_VARIABLE = "SYRINX_KEY";

const DEFAULT_URL = "ws://127.0.0.1:8081/v1/session";

const ENCODINGS: readonly WavFormat[] = ["pcm_s16le", "mulaw", "alaw"];

const SAMPLE_RATES = sampleRatesOf("pcm_s16le");

/** Flags with a value: what may be given, and what for. */
const VALUE_FLAGS = {
  file: ["FILE", "Say the text in a file."],
  out: ["FILE.wav", "Write a WAV file instead of playing, as fast as it goes; - writes to stdout."],
  url: ["URL", `The server's session address (${DEFAULT_URL}).`],
  voice: ["NAME", "A voice of the server (its default)."],
  speed: ["NUMBER", "Speaking rate, 0.5 to 2 (1)."],
  encoding: ["NAME", `Encoding in the WAV file: ${ENCODINGS.join(", ")} (pcm_s16le).`],
  "sample-rate": ["HZ", `${SAMPLE_RATES.join(", ")} (the voice's own).`],
  key: ["KEY", `A key of the server; better in the environment, as ${KEY_VARIABLE}.`],
  player: ["NAME", `Play with ${playerNames.join(", ")} (the first that is installed).`],
} as const;

/** Flags without a value. */
const SWITCHES = {
  json: "Print every text message of the server to stdout, one a line.",
  quiet: "Show only what goes wrong.",
  help: "Print this text.",
} as const;

type ValueFlag = keyof typeof VALUE_FLAGS;

/** Reads arguments; `env` looks up an environment variable. */
export function parseSayArgs(
  args: readonly string[],
  env: (name: string) => string | undefined,
): ParsedArgs {
  const problems: string[] = [];
  const parsed = parseArgs(withDash(args), {
    string: ["_", ...Object.keys(VALUE_FLAGS)],
    boolean: Object.keys(SWITCHES),
    alias: { h: "help", q: "quiet", o: "out" },
    unknown(argument, key) {
      if (key === undefined) return true;
      problems.push(`${argument}: there is no such flag; --help lists them, -- ends them`);
      return false;
    },
  });
  if (parsed.help === true) return { kind: "help" };
  const flags = new FlagReader(parsed, problems);
  const key = flags.text("key") ?? (env(KEY_VARIABLE) || undefined);
  const options = withoutUndefined({
    url: flags.read("url", readUrl, "a ws:// or wss:// URL") ?? new URL(DEFAULT_URL),
    text: parsed._.length > 0 ? parsed._.join(" ") : undefined,
    file: flags.text("file"),
    out: flags.text("out"),
    voice: flags.text("voice"),
    speed: flags.read("speed", readSpeed, "a number from 0.5 to 2"),
    encoding: flags.read("encoding", oneOf(ENCODINGS), ENCODINGS.join(", ")) ?? "pcm_s16le",
    sampleRate: flags.read(
      "sample-rate",
      (text) => SAMPLE_RATES.find((rate) => String(rate) === text),
      SAMPLE_RATES.join(", "),
    ),
    key,
    player: flags.read("player", oneOf(playerNames), playerNames.join(", ")),
    quiet: parsed.quiet === true,
    json: parsed.json === true,
  });
  problems.push(...conflicts(options));
  return problems.length > 0 ? { kind: "bad", problems } : { kind: "say", options };
}

/** `parseArgs` does not take a lone dash for a value, unless `=` says so. */
function withDash(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return [...joined, ...args.slice(index)];
    const previous = joined.at(-1);
    if (arg === "-" && (previous === "--out" || previous === "-o")) {
      joined[joined.length - 1] = "--out=-";
    } else joined.push(arg);
  }
  return joined;
}

/** Reads flags with a value, and notes those that cannot be used. */
class FlagReader {
  readonly #parsed: Record<string, unknown>;
  readonly #problems: string[];

  constructor(parsed: Record<string, unknown>, problems: string[]) {
    this.#parsed = parsed;
    this.#problems = problems;
  }

  text(flag: ValueFlag): string | undefined {
    return this.read(flag, (text) => text, "a value");
  }

  read<T>(
    flag: ValueFlag,
    parse: (text: string) => T | undefined,
    allowed: string,
  ): T | undefined {
    const text = this.#parsed[flag];
    if (typeof text !== "string") return undefined;
    if (text === "") {
      this.#problems.push(`--${flag}: the value is missing; it takes ${allowed}`);
      return undefined;
    }
    const value = parse(text);
    if (value === undefined) {
      this.#problems.push(`--${flag}: ${JSON.stringify(text)} is not allowed; it takes ${allowed}`);
    }
    return value;
  }
}

function conflicts(options: SayOptions): string[] {
  const { text, file, out, encoding, player, json } = options;
  const problems: string[] = [];
  if (text !== undefined && file !== undefined) {
    problems.push(`--file: ${JSON.stringify(file)} and text as arguments exclude each other`);
  }
  if (out === undefined && encoding !== "pcm_s16le") {
    problems.push(`--encoding: "${encoding}" is only for --out; playing takes pcm_s16le`);
  }
  if (out !== undefined && player !== undefined) {
    problems.push(`--player: "${player}" and --out exclude each other`);
  }
  if (out === "-" && json) {
    problems.push(`--json: not with --out -, which writes to stdout as well`);
  }
  return problems;
}

/** An address without a path means the usual one. */
function readUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) return undefined;
  if (url.pathname === "/") url.pathname = "/v1/session";
  url.hash = "";
  return url;
}

function readSpeed(text: string): number | undefined {
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return speed >= 0.5 && speed <= 2 ? speed : undefined;
}

function oneOf<T extends string>(allowed: readonly T[]): (text: string) => T | undefined {
  return (text) => allowed.find((item) => item === text);
}

/** Leaves out what was not given, as `exactOptionalPropertyTypes` wants it. */
function withoutUndefined(
  options: { [Key in keyof Required<SayOptions>]: SayOptions[Key] | undefined },
): SayOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as SayOptions;
}

/** The session's address with the query that the options ask for. */
export function sessionUrl(options: SayOptions): URL {
  const { voice, speed, encoding, sampleRate, out } = options;
  const url = new URL(options.url);
  if (voice !== undefined) url.searchParams.set("voice", voice);
  if (speed !== undefined) url.searchParams.set("speed", String(speed));
  if (sampleRate !== undefined) url.searchParams.set("sample_rate", String(sampleRate));
  url.searchParams.set("encoding", encoding);
  // A file has no listener who could be kept waiting, or interrupt.
  if (out !== undefined) url.searchParams.set("lead_ms", "unpaced");
  return url;
}

/** What `--help` prints. */
export function sayHelp(): string {
  const rows = [
    ...Object.entries(VALUE_FLAGS).map(([flag, [value, text]]) => [`--${flag} ${value}`, text]),
    ...Object.entries(SWITCHES).map(([flag, text]) => [`--${flag}`, text]),
  ];
  return [
    "Say text with Syrinx, and listen.",
    "",
    'Usage: deno task say [flags] "Hello there."',
    "       deno task say [flags] --file text.txt",
    "       some command | deno task say [flags]      (spoken as it comes)",
    "",
    ...rows.map(([flag, text]) => `  ${flag!.padEnd(20)} ${text}`),
    "",
    "Ctrl-C interrupts and tells what was heard. Exit code: 0 said, 1 failed, 2 bad flags,",
    "130 interrupted.",
  ].join("\n");
}
