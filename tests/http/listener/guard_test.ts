import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Handler } from "../../../src/http/listener/http_server.ts";
import { openListener } from "../../../src/open_listener.ts";
import { haveOpenssl } from "../../grpc/certificates.ts";
import { testConfig } from "../../helpers/config.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { upgradeRequest } from "../../helpers/raw_client.ts";
import { until } from "../../helpers/server.ts";
import { TlsFiles } from "../../helpers/tls_files.ts";

const encoder = new TextEncoder();
const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Greets, or opens a WebSocket. */
const greet: Handler = (request) =>
  Promise.resolve(
    request.headers.has("upgrade")
      ? Deno.upgradeWebSocket(request).response
      : new Response("hello"),
  );

/** A guarded listener on a clock that a test moves. */
class Stage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly cut: string[] = [];
  isShortOfMemory = false;
  readonly #listener;

  constructor(tls?: TlsFiles, handler: Handler = greet) {
    const guard = { guardConnections: true, maxConnections: 2, handshakeTimeoutMs: 3_000 };
    this.#listener = openListener({
      config: { ...testConfig(), ...guard, ...tls?.config },
      handler,
      clock: this.clock,
      isShortOfMemory: () => this.isShortOfMemory,
      onCut: (reason) => this.cut.push(reason),
    });
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** A connection that the listener has taken, or closed. */
  async connect(): Promise<Deno.TcpConn> {
    const [before, cut] = [this.clock.pending, this.cut.length];
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    const isTaken = () => this.clock.pending > before || this.cut.length > cut;
    await until(isTaken, "the connection to be seen");
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#listener.close();
    const isClosed = closing.then(() => true);
    // Its waits are on the test's clock too.
    while (!await Promise.race([isClosed, new Promise((resolve) => setTimeout(resolve, 20))])) {
      this.clock.advance(1_000);
    }
  }
}

/** What comes next; "" at the end, however it comes. */
async function read(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4_096);
  const length = await connection.read(buffer).catch(() => null) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}

Deno.test("who asks for nothing is cut in time, and so is who never ends its head", async () => {
  await using stage = new Stage();
  using silent = await stage.connect();
  using slow = await stage.connect();
  await slow.write(encoder.encode("GET / HTTP/1.1\r\nX-Slow: "));
  for (let second = 0; second < 3; second++) {
    assertEquals(stage.cut, []);
    await slow.write(encoder.encode("a"));
    stage.clock.advance(1_000);
  }
  assertEquals(stage.cut, ["handshake", "handshake"]);
  assertEquals([await read(silent), await read(slow)], ["", ""]);
});

Deno.test("who was answered may ask again for a minute", async () => {
  await using stage = new Stage();
  using client = await stage.connect();
  for (let count = 0; count < 3; count++) {
    await client.write(encoder.encode(REQUEST));
    assertStringIncludes(await read(client), "hello");
    await until(() => stage.clock.pending === 2, "the answer to be done");
    stage.clock.advance(59_999);
  }
  stage.clock.advance(1);
  assertEquals([await read(client), stage.cut], ["", []]);
});

Deno.test("a WebSocket is not cut, however long nothing comes", async () => {
  await using stage = new Stage();
  using client = await stage.connect();
  await client.write(upgradeRequest(`localhost:${stage.port}`, "/"));
  assertStringIncludes(await read(client), "101 Switching Protocols");
  stage.clock.advance(600_000);
  // A ping, and the pong.
  await client.write(Uint8Array.of(0x89, 0x80, 0, 0, 0, 0));
  assertEquals((await read(client)).charCodeAt(0) !== 0, true);
  assertEquals(stage.cut, []);
});

Deno.test("one connection more than there may be is closed, until one has gone", async () => {
  await using stage = new Stage();
  const first = await stage.connect();
  using second = await stage.connect();
  using third = await stage.connect();
  assertEquals([await read(third), stage.cut], ["", ["connections"]]);
  first.close();
  await until(() => stage.clock.pending === 2, "the first to be gone");
  using fourth = await stage.connect();
  await fourth.write(encoder.encode(REQUEST));
  assertStringIncludes(await read(fourth), "hello");
  await second.write(encoder.encode(REQUEST));
  assertStringIncludes(await read(second), "hello");
});

Deno.test(
  { name: "with TLS too, who asks for nothing is cut", ignore: !haveOpenssl() },
  async () => {
    await using files = await TlsFiles.create();
    await using stage = new Stage(files);
    using silent = await stage.connect();
    const { port } = stage;
    using shaken = await Deno.connectTls({ hostname: "localhost", port, caCerts: files.caCerts });
    await shaken.handshake();
    stage.clock.advance(3_000);
    assertEquals(stage.cut, ["handshake", "handshake"]);
    assertEquals([await read(silent), await read(shaken)], ["", ""]);
  },
);

Deno.test("a client that takes nothing for a minute is cut, whatever it was answered", async () => {
  const endless: Handler = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) }),
      ),
    );
  await using stage = new Stage(undefined, endless);
  using client = await stage.connect();
  await client.write(encoder.encode(REQUEST));
  // Until what the system's buffers hold is full.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  stage.clock.advance(70_000);
  let received = 0;
  for (let text = await read(client); text !== ""; text = await read(client)) {
    received += text.length;
    assert(received < 2 ** 28, "it goes on");
  }
});

const MIB = 2 ** 20;

/** Opens WebSockets, and tells of whole messages. */
const listen: Handler = (request, { onMessage }) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.addEventListener("message", () => onMessage?.());
  return Promise.resolve(response);
};

/** A piece of a text message: its first or a further one, and the last one or not. */
function piece(length: number, { isFirst, isLast }: { isFirst: boolean; isLast: boolean }) {
  const frame = new Uint8Array(14 + length).fill(97, 14);
  frame.set([(isLast ? 0x80 : 0) | (isFirst ? 1 : 0), 0xff]);
  new DataView(frame.buffer).setBigUint64(2, BigInt(length));
  return frame;
}

async function openSocket(stage: Stage): Promise<Deno.TcpConn> {
  const connection = await stage.connect();
  await connection.write(upgradeRequest("localhost", "/"));
  assertStringIncludes(await read(connection), "101");
  return connection;
}

/** Writes all of it, or as much as is taken; gives whether all was. */
async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    return true;
  } catch {
    return false;
  }
}

/** Sends a message that is never whole; gives the MiB that were taken of it. */
async function sendUnfinished(connection: Deno.TcpConn, most: number): Promise<number> {
  for (let mib = 0; mib < most; mib++) {
    const bytes = piece(MIB, { isFirst: mib === 0, isLast: false });
    if (!await writeAll(connection, bytes)) return mib;
  }
  return most;
}

Deno.test("who sends a message that is never whole is cut, sooner while memory is short", async () => {
  await using stage = new Stage(undefined, listen);
  using one = await openSocket(stage);
  // What is in the buffers of sockets comes on top.
  const taken = await sendUnfinished(one, 200);
  assert(taken > 15 && taken < 60, `${taken} MiB`);
  stage.isShortOfMemory = true;
  using other = await openSocket(stage);
  const takenThen = await sendUnfinished(other, 200);
  assert(takenThen < taken, `${takenThen} MiB`);
});

Deno.test("who holds an unfinished message is cut when memory becomes short", async () => {
  await using stage = new Stage(undefined, listen);
  using holder = await openSocket(stage);
  assertEquals(await sendUnfinished(holder, 4), 4);
  stage.clock.advance(10_000);
  stage.isShortOfMemory = true;
  stage.clock.advance(10_000);
  assertEquals(await read(holder), "");
});

Deno.test("messages that are whole are never too many", async () => {
  await using stage = new Stage(undefined, listen);
  using connection = await openSocket(stage);
  for (let count = 0; count < 300; count++) {
    const whole = await writeAll(connection, piece(100_000, { isFirst: true, isLast: true }));
    assert(whole, `${count} were taken`);
  }
});
