/**
 * How a server with OpenAI's speech API is named: `openai+http://host:8880/v1?model=kokoro&...`.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import { isSampleRate, sampleRates } from "../../lib/pcm/sample_rates.ts";
import { languageTag } from "./voices.ts";

/** One server, as its address describes it. */
export interface OpenaiBackend {
  /** `host:port`. */
  readonly address: string;
  /** Where its API begins, e.g. `http://host:8880/v1`. */
  readonly url: string;
  /** See {@linkcode parseOpenaiBackend}, as all that follow. */
  readonly model?: string;
  readonly voices?: readonly string[];
  readonly language?: string;
  /** Hz. */
  readonly sampleRate?: number;
  readonly maxConcurrent?: number;
  readonly stream?: boolean;
  readonly apiKey?: string;
}

/** The environment variable of that name, if it is set. */
export type Environment = (name: string) => string | undefined;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is being read: the settings so far, and everything that is wrong. */
interface Reading {
  readonly settings: Partial<Mutable<OpenaiBackend>>;
  readonly env: Environment;
  /** Notes that the parameter takes something else. */
  readonly refuse: (allowed: string) => void;
}

/** What may stand behind the `?`; each reads its value. */
const parameters: Readonly<Record<string, (value: string, reading: Reading) => void>> = {
  model(value, { settings, refuse }) {
    if (value !== "") settings.model = value;
    else refuse("a model's name");
  },
  voices(value, { settings, refuse }) {
    const voices = value.split(",").map((voice) => voice.trim());
    if (voices.includes("")) refuse("names of voices with commas between them");
    else settings.voices = [...new Set(voices)];
  },
  language(value, { settings, refuse }) {
    const language = languageTag(value);
    if (language !== undefined) settings.language = language;
    else refuse("a BCP 47 tag, e.g. en-US");
  },
  sample_rate(value, { settings, refuse }) {
    const rate = wholeNumber(value);
    if (rate !== undefined && isSampleRate(rate)) settings.sampleRate = rate;
    else refuse(`a rate in Hz, one of ${sampleRates.join(", ")}`);
  },
  max_concurrent(value, { settings, refuse }) {
    const max = wholeNumber(value) ?? 0;
    if (max >= 1 && max <= 1024) settings.maxConcurrent = max;
    else refuse("a whole number from 1 to 1024");
  },
  stream(value, { settings, refuse }) {
    if (value === "true" || value === "false") settings.stream = value === "true";
    else refuse("true or false");
  },
  key_env(value, { settings, env, refuse }) {
    // Anything else might be the key, which is not to be shown.
    if (!/^[A-Z_][A-Z0-9_]*$/.test(value)) {
      refuse("the name of an environment variable, in capitals, not the key itself");
      return;
    }
    const key = readEnvironment(env, value);
    if (key === undefined) refuse(`a variable that is set and may be read, and ${value} is not`);
    else if (!/^[\x21-\x7e]+$/.test(key)) {
      refuse(`a key in one line of ASCII, and ${value} has none`);
    } else settings.apiKey = key;
  },
};

/**
 * The addresses in a list with commas between them. A comma within the parameters of one of this
 * kind is a part of it: what follows has no colon, as every other address has.
 */
export function splitAddresses(list: string): string[] {
  return list.split(/,(?=[^,?&]*:)/).map((address) => address.trim());
}

/** Whether an address is one of this kind. */
export function isOpenaiBackend(text: string): boolean {
  return /^openai\+/i.test(text);
}

/**
 * Reads `openai+http://HOST[:PORT][/PATH][?PARAMETERS]`, or `openai+https://`. Without a path the
 * API is taken to begin at `/v1`. A plus sign is itself, not a space.
 *
 * | parameter | meaning |
 * | --- | --- |
 * | `model` | the model asked for |
 * | `voices` | the voices on offer, the default one first; without it the server is asked |
 * | `language` | the voices' language, where the server does not tell |
 * | `sample_rate` | Hz of the voices, and of audio of which the server does not tell it |
 * | `max_concurrent` | syntheses at the same time |
 * | `stream` | sends `"stream": true`, for servers that else wait for the whole audio |
 * | `key_env` | the environment variable that holds the API key |
 *
 * @throws {ConfigError} that lists everything that is wrong and names the parameter; it shows
 * neither the key nor what may be one.
 */
export function parseOpenaiBackend(text: string, env: Environment): OpenaiBackend {
  const url = urlOf(text);
  const label = `openai+${url.protocol}//${url.host}`;
  if (url.username !== "" || url.password !== "") {
    throw new ConfigError([`${label}: a key does not belong in an address; name its key_env`]);
  }
  if (url.hash !== "") throw new ConfigError([`${label}: an address has no part after "#"`]);
  const settings: Reading["settings"] = {};
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [name, value] of parametersOf(url)) {
    const note = (problem: string) => void problems.push(`${label}: ${name}: ${problem}`);
    const read = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (read === undefined) {
      note(`there is no such parameter; there are ${Object.keys(parameters).join(", ")}`);
    } else if (seen.has(name)) note("it is given more than once");
    else {
      const shown = name === "key_env" ? "it" : JSON.stringify(value);
      read(value, {
        settings,
        env,
        refuse: (allowed) => note(`${shown} is not allowed; it takes ${allowed}`),
      });
    }
    seen.add(name);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { address: addressOf(url), url: baseOf(url), ...settings };
}

function urlOf(text: string): URL {
  const inner = text.replace(/^openai\+/i, "");
  const url = isOpenaiBackend(text) && /^https?:\/\//i.test(inner) ? URL.parse(inner) : null;
  if (url !== null) return url;
  // What follows may be a key.
  const shown = JSON.stringify(text.split(/[?#]/)[0]!.replace(/\/\/[^/]*@/, "//"));
  throw new ConfigError([`${shown} is no address; it takes openai+http://HOST:PORT/v1, or https`]);
}

/** Unlike `URLSearchParams`, keeps the plus signs: Kokoro mixes voices with them. */
function parametersOf({ search }: URL): [name: string, value: string][] {
  return search.slice(1).split("&").filter((pair) => pair !== "").map((pair) => {
    const [name, ...value] = pair.split("=");
    return [decoded(name!), decoded(value.join("="))];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function addressOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}

function baseOf({ origin, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, "");
  return origin + (path === "" ? "/v1" : path);
}

function readEnvironment(env: Environment, name: string): string | undefined {
  try {
    const value = env(name)?.trim();
    return value === "" ? undefined : value;
  } catch {
    // Without the permission to read it, it is as good as not there.
    return undefined;
  }
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
