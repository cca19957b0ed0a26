/**
 * HTTP with one server: requests that can be broken off, and what their failures mean.
 *
 * @module
 */

import { MemberError } from "../fleet/member.ts";
import { refusalOf } from "./refusal.ts";
import { type HeaderValues, sendInTrace } from "./trace_headers.ts";

/** Options of {@linkcode Api}. */
export interface ApiOptions {
  /** Where the API begins, e.g. `http://host:8880/v1`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** PEM of authorities that the server's certificate may be from, besides the public ones. */
  readonly ca?: string | undefined;
}

/** What goes with one request. */
export interface RequestOptions {
  /** Breaks off the request, or the reading of its answer. */
  readonly signal: AbortSignal;
  /** Further headers. */
  readonly headers?: HeaderValues | undefined;
  /** What is in the request and not to be found in messages of errors. */
  readonly secret?: string;
  /** Statuses that are an answer too: not every server has everything. */
  readonly absent?: readonly number[];
}

/** What is sent. */
interface Outgoing {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

/** Idle connections are closed before the server does it: uvicorn waits 5 s. In ms. */
const IDLE_TIMEOUT_MS = 4_000;

/** Longest answer that is read as JSON: thousands of voices. */
const MAX_JSON_BYTES = 1 << 20;

/** What is read of an answer that says no. */
const MAX_REFUSAL_BYTES = 16_384;

/** See the module. */
export class Api {
  readonly #options: ApiOptions;
  readonly #open = new Set<Line>();
  #client: Deno.HttpClient | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Makes its own pool of connections. */
  open(): void {
    const { ca } = this.#options;
    this.#client = Deno.createHttpClient({
      poolIdleTimeout: IDLE_TIMEOUT_MS,
      ...(ca === undefined ? {} : { caCerts: [ca] }),
    });
  }

  /** Breaks off whatever is under way, with an error that says so. */
  close(): void {
    const reason = new MemberError("unavailable", "the connection is closed");
    for (const line of [...this.#open]) line.close(reason);
    this.#client?.close();
    this.#client = undefined;
  }

  /**
   * Asks for some JSON; undefined if the status says that there is none.
   *
   * @throws {MemberError} saying how the server failed; `internal` if it answers something else.
   * @throws the signal's reason when it aborts.
   */
  async get(path: string, options: RequestOptions): Promise<unknown> {
    using answer = await this.#request({ method: "GET", path }, options);
    if (!answer.response.ok) return undefined;
    const text = await answer.text(MAX_JSON_BYTES);
    try {
      return JSON.parse(text);
    } catch {
      throw new MemberError("internal", `${path} gives no JSON: is the API at another path?`);
    }
  }

  /**
   * Sends some JSON. The answer is there when its first bytes may come.
   *
   * @throws {MemberError} saying how the server failed.
   * @throws the signal's reason when it aborts.
   */
  post(path: string, body: unknown, options: RequestOptions): Promise<Answer> {
    return this.#request({ method: "POST", path, body: JSON.stringify(body) }, options);
  }

  async #request(outgoing: Outgoing, options: RequestOptions): Promise<Answer> {
    const { signal, headers = {}, absent = [] } = options;
    signal.throwIfAborted();
    const line = new Line(signal, this.#open);
    try {
      const send = (headers: HeaderValues) => this.#send(outgoing, headers, line.signal);
      const response = await line.run(() => sendInTrace(headers, send));
      const answer = new Answer(response, line);
      if (response.ok || absent.includes(response.status)) return answer;
      throw await this.#refusal(answer, options);
    } catch (error) {
      line.close();
      throw error;
    }
  }

  #send(outgoing: Outgoing, headers: HeaderValues, signal: AbortSignal): Promise<Response> {
    const { method, path, body } = outgoing;
    const { url, apiKey } = this.#options;
    return fetch(url + path, {
      method,
      signal,
      // A key is not to follow to another server, nor a POST to become a GET.
      redirect: "manual",
      headers: {
        ...headers,
        // Compressed audio would wait for more of itself.
        "accept-encoding": "identity",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(apiKey === undefined ? {} : { "authorization": `Bearer ${apiKey}` }),
      },
      ...(body === undefined ? {} : { body }),
      ...(this.#client === undefined ? {} : { client: this.#client }),
    });
  }

  async #refusal(answer: Answer, { secret, signal }: RequestOptions): Promise<MemberError> {
    const { apiKey } = this.#options;
    const secrets = [apiKey, secret].filter((secret) => secret !== undefined);
    const body = await answer.text(MAX_REFUSAL_BYTES).catch(() => {
      signal.throwIfAborted();
      // The status is there, whatever becomes of the rest.
      return "";
    });
    return refusalOf(answer.response, body, { hasKey: apiKey !== undefined, secrets });
  }
}

/** An answer, of which no more than the head was read. Disposing of it breaks off the rest. */
export class Answer implements Disposable {
  readonly response: Response;
  readonly #line: Line;

  constructor(response: Response, line: Line) {
    this.response = response;
    this.#line = line;
  }

  /**
   * The body as it arrives, whole.
   *
   * @throws {MemberError} if it breaks off.
   * @throws the signal's reason, at once when it aborts.
   */
  async *bytes(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    const reader = this.response.body?.getReader();
    if (reader === undefined) return;
    for (;;) {
      const { done, value } = await this.#line.run(() => reader.read());
      if (done) return;
      yield value;
    }
  }

  /** The body as text, or as much of it as there is room for. Throws like {@linkcode bytes}. */
  async text(maxBytes: number): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    let room = maxBytes;
    for await (const bytes of this.bytes()) {
      text += decoder.decode(bytes.subarray(0, room), { stream: true });
      room -= bytes.length;
      if (room <= 0) break;
    }
    return text + decoder.decode();
  }

  [Symbol.dispose](): void {
    this.#line.close();
  }
}

/** One request under way, which its caller and the connection's end can both break off. */
class Line {
  readonly #stop = new AbortController();
  readonly #caller: AbortSignal;
  readonly #open: Set<Line>;
  readonly #onAbort = () => this.#stop.abort(this.#caller.reason);

  constructor(caller: AbortSignal, open: Set<Line>) {
    this.#caller = caller;
    this.#open = open;
    open.add(this);
    caller.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Does a piece of work on the line; gives its failure a meaning. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.signal.throwIfAborted();
      return result;
    } catch (error) {
      if (this.signal.aborted) throw this.signal.reason;
      throw new MemberError("unavailable", reasonOf(error), { cause: error });
    }
  }

  /** Ends it; once it is through this changes nothing for the caller. */
  close(reason?: unknown): void {
    this.#caller.removeEventListener("abort", this.#onAbort);
    this.#open.delete(this);
    this.#stop.abort(reason);
  }
}

/** What is new in the message of `fetch`, which goes through the address first. */
function reasonOf(error: unknown): string {
  const { message = String(error), cause } = error as Error;
  const inner = cause instanceof Error ? cause.message : message;
  return inner.replace(/^error sending request.*?: (?=client error)/, "");
}
