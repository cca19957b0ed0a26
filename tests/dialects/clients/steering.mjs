/**
 * What the programs of this folder share: a test steers them by lines of JSON.
 *
 * Every line of standard input is a command, `{ do, id?, ... }`. Every event is a line of standard
 * output, `{ type, id?, ... }`; other lines there are what a package logs. A command is answered by
 * one `done` or `failed` with its `do` and its `id`. Commands run side by side, so that one can
 * abort another. The end of the input ends the program.
 *
 * The programs import their packages dynamically: Deno, which checks these files too, does not have
 * them.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline";

/** Longest list that a command gives back: a server whose pages never end is found out. */
const MAX_ITEMS = 1_000;

/** Steers one package: its client, and what was made with it, by id. */
export class Steering {
  /** The package's client, made by the command `client`. */
  client;
  #createClient;
  #commands;
  #kept = new Map();
  #aborts = new Map();
  #audio = new Map();

  /**
   * @param createClient makes the package's client of the options in the command `client`
   * @param commands what this program does beside `client`, `call`, `abort` and `take`, by name:
   * `(command, steering) => fields of the answer`
   */
  constructor({ createClient, commands }) {
    this.#createClient = createClient;
    this.#commands = commands;
  }

  /** Runs until the input ends. */
  run() {
    process.on("unhandledRejection", (error) => {
      this.tell({ type: "unhandled", error: describe(error) });
    });
    const lines = createInterface({ input: process.stdin });
    lines.on("line", (line) => void this.#execute(JSON.parse(line)));
    lines.on("close", () => process.exit(0));
  }

  tell(event) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }

  /** Tells what a server answered to a request, before its body is read. */
  tellResponse(id, { status, headers }) {
    this.tell({ type: "response", id, status, headers: Object.fromEntries(headers) });
  }

  tellError(id, error) {
    this.tell({ type: "error", id, error: describe(error) });
  }

  /** Tells of audio, and keeps it for `take`; `message` is what came with it. */
  tellAudio(id, audio, message) {
    this.#recorded(id).push(audio);
    this.tell({ type: "audio", id, bytes: audio.size ?? audio.byteLength, message });
  }

  /** Tells of a message whose `field` is audio in base64, or that has none. */
  tellMessage(id, message, field) {
    const { [field]: audio, ...rest } = message;
    if (typeof audio === "string") this.tellAudio(id, Buffer.from(audio, "base64"), rest);
    else this.tell({ type: "message", id, message });
  }

  /** Tells of a body of audio, piece by piece. */
  async tellBody(id, body) {
    for await (const piece of body) this.tellAudio(id, piece);
  }

  /** Keeps what later commands name: a socket, a context, a stream. */
  keep(id, object) {
    this.#kept.set(id, object);
    return object;
  }

  /** @throws {Error} if no command made one of that id. */
  kept(id) {
    const object = this.#kept.get(id);
    if (object === undefined) throw new Error(`there is no ${JSON.stringify(id)}`);
    return object;
  }

  /** Aborted by the command `abort` with that id. */
  signal(id) {
    return this.abortController(id).signal;
  }

  abortController(id) {
    const controller = this.#aborts.get(id) ?? new AbortController();
    this.#aborts.set(id, controller);
    return controller;
  }

  async #execute(command) {
    const answer = { do: command.do, id: command.id };
    try {
      const fields = await this.#perform(command);
      const audio = await this.#audioOf(command);
      this.tell({ type: "done", ...answer, ...fields, audio });
    } catch (error) {
      const audio = await this.#audioOf(command);
      this.tell({ type: "failed", ...answer, error: describe(error), audio });
    } finally {
      if (command.do === "speak") this.#aborts.delete(command.id);
    }
  }

  async #perform(command) {
    switch (command.do) {
      case "client":
        this.client = await this.#createClient(command.options);
        return {};
      case "call":
        return { value: await this.#call(command) };
      case "abort":
        this.abortController(command.id).abort();
        return {};
      case "take":
        return {};
      default:
        return await this.#own(command);
    }
  }

  #own(command) {
    const own = this.#commands[command.do];
    if (own === undefined) throw new Error(`there is no command ${JSON.stringify(command.do)}`);
    return own(command, this);
  }

  /** Calls a method, such as `models.list`, of the client or of what is kept by that id. */
  async #call({ id, method, args = [] }) {
    const path = method.split(".");
    const name = path.pop();
    const from = id === undefined ? this.client : this.kept(id);
    const owner = path.reduce((at, part) => at[part], from);
    const result = owner[name](...args);
    const isList = id === undefined && typeof result?.[Symbol.asyncIterator] === "function";
    return plain(isList ? await items(result) : await result);
  }

  #recorded(id) {
    const pieces = this.#audio.get(id) ?? [];
    this.#audio.set(id, pieces);
    return pieces;
  }

  /** The audio that came for that id since it was last taken; `take` and `speak` take it. */
  async #audioOf({ do: name, id, file }) {
    if (name !== "take" && name !== "speak") return undefined;
    const pieces = this.#recorded(id);
    this.#audio.delete(id);
    const bytes = Buffer.concat(await Promise.all(pieces.map(bytesOf)));
    if (file !== undefined) await writeFile(file, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { bytes: bytes.length, sha256, pieces: pieces.length };
  }
}

/** What a test wants to know of an error, whichever package's it is. */
export function describe(error) {
  if (!(error instanceof Error)) {
    const name = error?.constructor?.name ?? typeof error;
    return { name, message: error?.message ?? String(error) };
  }
  const { name, message, code, retryable, cause } = error;
  return {
    name: name === "Error" ? error.constructor.name : name,
    message,
    code,
    retryable,
    status: error.status ?? error.statusCode,
    body: plain(error.body ?? error.error),
    cause: cause == null ? undefined : describe(cause),
  };
}

async function bytesOf(piece) {
  return piece instanceof Blob ? Buffer.from(await piece.arrayBuffer()) : piece;
}

async function items(list) {
  const all = [];
  for await (const item of list) {
    if (all.length >= MAX_ITEMS) throw new Error(`more than ${MAX_ITEMS} items came`);
    all.push(item);
  }
  return all;
}

/** The value as it is in JSON; undefined for what has no such form, such as a socket. */
function plain(value) {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

/** Answers each command, a scenario by its name, with the `result` of it; a scenario takes `options`. */
export function playScenarios(scenarios) {
  const commands = Object.keys(scenarios).map((name) => {
    return [name, async ({ options }) => ({ result: await scenarios[name](options) })];
  });
  new Steering({ createClient: () => undefined, commands: Object.fromEntries(commands) }).run();
}
