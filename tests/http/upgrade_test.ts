import { assertEquals } from "@std/assert";
import { upgradeToSocket } from "../../src/http/upgrade.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** A socket whose client the runtime knows of, or not. */
class Socket extends EventTarget {
  onopen: (() => void) | null = null;
  isClosed = false;
  readonly ends: string[] = [];

  constructor() {
    super();
    this.addEventListener("open", () => this.onopen?.());
    for (const type of ["error", "close"]) this.addEventListener(type, () => this.ends.push(type));
  }

  close(): void {
    this.isClosed = true;
  }

  tell(type: string): void {
    this.dispatchEvent(new Event(type));
  }
}

function upgraded(): { clock: FakeClock; socket: Socket } {
  const clock = new FakeClock();
  const socket = new Socket();
  upgradeToSocket(new Request("http://a.example/"), {
    clock,
    pingTimeoutS: 30,
    upgrade: () => ({ socket: socket as unknown as WebSocket, response: new Response() }),
  });
  return { clock, socket };
}

Deno.test("a client that went before its handshake was answered is told of after ten seconds", () => {
  const { clock, socket } = upgraded();
  clock.advance(9_999);
  assertEquals(socket.ends, []);
  clock.advance(1);
  assertEquals([socket.ends, clock.pending], [["error"], 0]);
});

Deno.test("a socket that opens after that is closed", () => {
  const { clock, socket } = upgraded();
  clock.advance(10_000);
  socket.tell("open");
  assertEquals(socket.isClosed, true);
});

for (const event of ["open", "error", "close"]) {
  Deno.test(`a socket's ${event} ends the wait for it`, () => {
    const { clock, socket } = upgraded();
    socket.tell(event);
    assertEquals([clock.pending, socket.isClosed], [0, false]);
  });
}
