import { toBytes } from "../../../src/lib/pcm/bytes.ts";

/** The body of a request to speak. */
export type SpeechRequest = Readonly<Record<string, unknown>>;

/** A request as it came. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: SpeechRequest;
}

/** Options of {@linkcode SpeechServer.start}; what is left out answers as Kokoro-FastAPI does. */
export interface SpeechServerOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly speech?: Answering;
  readonly models?: Answering;
  readonly voices?: Answering;
}

/** @param stop aborts when the client is gone, or has the whole answer. */
export type Answering = (request: Received, stop: AbortSignal) => Response | Promise<Response>;

/** A server with OpenAI's speech API, on a real socket. */
export class SpeechServer implements AsyncDisposable {
  readonly received: Received[] = [];
  speech: Answering;
  models: Answering;
  voices: Answering;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(options: SpeechServerOptions) {
    const { port = 0, speech, models, voices } = options;
    this.speech = speech ?? (() => new Response(toBytes(tone(2_400))));
    this.models = models ?? (() => json({ object: "list", data: [{ id: "tts-1" }] }));
    this.voices = voices ?? (() => json({ voices: [{ id: "af_bella", name: "af_bella" }] }));
    this.#server = Deno.serve(
      { port, hostname: "127.0.0.1", onListen() {} },
      (request) => this.#answer(request),
    );
  }

  static start(options: SpeechServerOptions = {}): SpeechServer {
    return new SpeechServer(options);
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.address}/v1`;
  }

  /** Requests to speak. */
  get spoken(): Received[] {
    return this.received.filter(({ path }) => path === "/v1/audio/speech");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const received = {
      method: request.method,
      path: pathname,
      headers: new Headers(request.headers),
      body: text === "" ? {} : JSON.parse(text),
    };
    this.received.push(received);
    const answers: Record<string, Answering> = {
      "POST /v1/audio/speech": this.speech,
      "GET /v1/models": this.models,
      "GET /v1/audio/voices": this.voices,
    };
    const answer = answers[`${request.method} ${pathname}`];
    return answer?.(received, request.signal) ?? json({ detail: "Not Found" }, 404);
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

/** A port on which nobody listens, for the moment. */
export function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

/** Something to be heard, the same for the same number of samples. */
export function tone(samples: number): Int16Array<ArrayBuffer> {
  return Int16Array.from(
    { length: samples },
    (_, i) => Math.round(9_000 * Math.sin(i / 7)) + i % 5,
  );
}

/** A body whose pieces leave one by one. */
export class Body {
  readonly #bytes: TransformStream<Uint8Array<ArrayBuffer>> = new TransformStream(
    undefined,
    undefined,
    { highWaterMark: 1_000 },
  );
  readonly #writer = this.#bytes.writable.getWriter();

  get stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#bytes.readable;
  }

  /** Rejects when the client is gone. */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#writer.write(bytes);
  }

  /** Ends the body, if the client is still there. */
  async end(): Promise<void> {
    await this.#writer.close().catch(() => {});
  }
}

/** An answer whose body leaves in pieces of those sizes, over and over, without a pause. */
export function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  sizes: readonly number[],
  contentType = "audio/pcm",
): Response {
  let at = 0;
  let turn = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = sizes[turn++ % sizes.length]!;
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
      // Each piece is to be one on the wire.
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  });
  return new Response(stream, { headers: { "content-type": contentType } });
}
