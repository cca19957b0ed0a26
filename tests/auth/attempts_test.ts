import { assert, assertEquals } from "@std/assert";
import { Attempts, networkOf } from "../../src/auth/attempts.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("an address that shows wrong keys has to wait, and another one has not", () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock);
  for (let failure = 0; failure < 10; failure++) {
    assertEquals(attempts.waitMs("192.0.2.1"), undefined);
    attempts.noteFailure("192.0.2.1");
  }
  assertEquals(attempts.waitMs("192.0.2.1"), 6_000);
  assertEquals(attempts.waitMs("192.0.2.2"), undefined);
  clock.advance(5_999);
  assert(attempts.waitMs("192.0.2.1")! > 0);
  clock.advance(1);
  assertEquals(attempts.waitMs("192.0.2.1"), undefined);
});

Deno.test("addresses of one IPv6 network are one, and those of IPv4 are themselves", () => {
  assertEquals(networkOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assertEquals(networkOf("2001:db8:1:2::9"), "2001:db8:1:2::/64");
  assertEquals(networkOf("2001:0db8:0001:0002::"), "2001:db8:1:2::/64");
  assertEquals(networkOf("::1"), "0:0:0:0::/64");
  assertEquals(networkOf("::ffff:192.0.2.1"), "::ffff:192.0.2.1");
});

Deno.test("however many addresses come, only so many are remembered", () => {
  const attempts = new Attempts(new FakeClock());
  const address = (index: number) => `10.${index >> 16 & 255}.${index >> 8 & 255}.${index & 255}`;
  for (let failure = 0; failure < 10; failure++) attempts.noteFailure(address(0));
  for (let index = 1; index < 10_000; index++) attempts.noteFailure(address(index));
  assert(attempts.waitMs(address(0)) !== undefined);
  attempts.noteFailure(address(10_000));
  assertEquals(attempts.waitMs(address(0)), undefined);
});
