import { assertEquals, assertRejects } from "@std/assert";
import { Relay } from "../../../src/http/listener/relay.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

/** Both ends of a connection. */
async function pair(): Promise<{ near: Deno.TcpConn; far: Deno.TcpConn }> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [near, far] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  return { near, far };
}

/** A relay between two connections, and the ends of both that a test holds. */
async function relayed() {
  const [client, server] = [await pair(), await pair()];
  const clock = new FakeClock();
  const relay = new Relay(client.far, server.far, clock);
  return { client: client.near, server: server.near, clock, relay, ended: relay.run() };
}

/** Bytes that come next; 0 at the end, however it comes. */
async function read(connection: Deno.TcpConn): Promise<number> {
  return await connection.read(new Uint8Array(65_536)).catch(() => null) ?? 0;
}

Deno.test("bytes go both ways, and an end on either side reaches the other", async () => {
  const { client, server, clock, ended } = await relayed();
  const sent = crypto.getRandomValues(new Uint8Array(60_000));
  for (const [from, to] of [[client, server], [server, client]] as const) {
    await from.write(sent);
    await from.closeWrite();
    const received = new Uint8Array(sent.length);
    for (let length = 0; length < sent.length;) {
      length += await to.read(received.subarray(length)) ?? NaN;
    }
    assertEquals([received, await read(to)], [sent, 0]);
  }
  await ended;
  assertEquals(clock.pending, 0);
  client.close();
  server.close();
});

Deno.test("one side that goes on when the other has ended has five seconds", async () => {
  const { client, server, clock, ended } = await relayed();
  await server.closeWrite();
  assertEquals(await read(client), 0);
  await client.write(Uint8Array.of(1));
  assertEquals(await read(server), 1);
  clock.advance(5_000);
  await ended;
  assertEquals(await read(server), 0);
  client.close();
  server.close();
});

Deno.test("who reads nothing holds up who writes", async () => {
  const { client, server, relay, ended } = await relayed();
  let written = 0;
  const writing = (async () => {
    for (;;) written += await server.write(new Uint8Array(65_536));
  })();
  // Until nothing moves: what the system's buffers hold is its own affair.
  for (let before = -1; before !== written;) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assertEquals(written > 0 && written < 64 * 2 ** 20, true);
  relay.close();
  await ended;
  await assertRejects(() => writing);
  client.close();
  server.close();
});
