import { assert, assertEquals } from "@std/assert";
import { Client, credentials } from "@grpc/grpc-js";
import { ConnectionRotation } from "../../src/grpc/connection_rotation.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** A client that connects to nothing and says whether it was closed. */
class IdleClient extends Client {
  closed = false;

  constructor() {
    super("localhost:1", credentials.createInsecure());
  }

  override close(): void {
    this.closed = true;
    super.close();
  }
}

/** A rotation and the clients that it has made. */
function createRotation(clock = new FakeClock()) {
  const clients: IdleClient[] = [];
  const rotation = new ConnectionRotation(() => {
    const client = new IdleClient();
    clients.push(client);
    return client;
  }, clock);
  const reset = (times: number) => {
    for (let count = 0; count < times; count++) rotation.lease().end(true);
  };
  return { rotation, clients, clock, reset };
}

Deno.test("a connection is replaced after 300 resets, and closed with its last call", () => {
  const { rotation, clients, reset } = createRotation();
  const early = rotation.lease();
  reset(299);
  assertEquals(clients.length, 1);
  reset(1);
  assertEquals(clients.length, 2);
  assert(rotation.lease().client === clients[1] && rotation.client === clients[1]);
  assertEquals(clients[0]!.closed, false);
  early.end(false);
  assertEquals(clients[0]!.closed, true);
  rotation.close();
});

Deno.test("33 resets a second are free", () => {
  const { rotation, clients, clock, reset } = createRotation();
  for (let second = 0; second < 100; second++) {
    reset(33);
    clock.advance(1_000);
  }
  assertEquals(clients.length, 1);
  rotation.close();
});

Deno.test("calls that end by themselves count for nothing", () => {
  const { rotation, clients } = createRotation();
  for (let count = 0; count < 1_000; count++) rotation.lease().end(false);
  assertEquals(clients.length, 1);
  rotation.close();
});

Deno.test("closing closes connections that are being retired, too", () => {
  const { rotation, clients, reset } = createRotation();
  rotation.lease();
  reset(300);
  rotation.close();
  assertEquals(clients.map(({ closed }) => closed), [true, true]);
});
