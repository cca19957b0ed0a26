import { assertEquals } from "@std/assert";
import { WireClient } from "../fuzz/wire_client.ts";
import { Core } from "../helpers/core.ts";

Deno.test("a client that does not even read that it is sent away frees its place in ten seconds", async () => {
  const core = new Core({ limits: { idleTimeoutMs: 1_000 } });
  const client = new WireClient({ core, id: "s", leadMs: 200 });
  // The runtime says nothing of the end: what is to be sent before it never leaves.
  client.socket.close = () => void (client.socket.readyState = WebSocket.CLOSING);
  core.clock.advance(1_000);
  assertEquals([client.socket.readyState, client.isFreed], [WebSocket.CLOSING, false]);
  core.clock.advance(9_999);
  assertEquals(client.isFreed, false);
  core.clock.advance(1);
  assertEquals(client.isFreed, true);
  await core.stop();
});

Deno.test("a client that answers frees it at once, and no timer is left", async () => {
  const core = new Core({ limits: { idleTimeoutMs: 1_000 } });
  const client = new WireClient({ core, id: "s", leadMs: 200 });
  core.clock.advance(1_000);
  assertEquals([client.isFreed, core.clock.pending], [true, 0]);
  await core.stop();
});
