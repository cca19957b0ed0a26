import { assert, assertEquals } from "@std/assert";
import {
  dnsAddresses,
  type DnsAddressesOptions,
  type DnsEvent,
  resolveHost,
} from "../../../src/backends/grpc/dns_addresses.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";

/** A name whose answer tests can change. */
class Name {
  readonly clock = new FakeClock();
  readonly events: DnsEvent[] = [];
  readonly questions: string[] = [];
  answer: () => Promise<readonly string[]> | readonly string[] = () => [];
  changes = 0;

  source(options: Partial<DnsAddressesOptions> = {}) {
    return dnsAddresses({
      host: "tts.internal",
      port: 7001,
      clock: this.clock,
      resolve: async (host) => {
        this.questions.push(host);
        return await this.answer();
      },
      onEvent: (event) => void this.events.push(event),
      ...options,
    });
  }

  readonly onChange = () => void this.changes++;
}

Deno.test("a name's addresses are asked for at once, with the port, in one order", async () => {
  const name = new Name();
  name.answer = () => ["fd00::2", "10.0.0.2", "10.0.0.1", "10.0.0.2"];
  const source = name.source();
  assertEquals(source.current(), []);
  const end = source.onChange(name.onChange);
  await settle();
  const addresses = ["10.0.0.1:7001", "10.0.0.2:7001", "[fd00::2]:7001"];
  assertEquals(source.current(), addresses);
  assertEquals(name.questions, ["tts.internal"]);
  assertEquals(name.events, [{ type: "addresses_changed", name: "tts.internal", addresses }]);
  assertEquals(name.changes, 1);
  end();
});

Deno.test("a change is told within the refresh, and no change is not", async () => {
  const name = new Name();
  name.answer = () => ["10.0.0.1"];
  const source = name.source({ refreshMs: 2_000 });
  const end = source.onChange(name.onChange);
  await name.clock.advanceAsync(1_999);
  assertEquals([name.questions.length, name.changes], [1, 1]);
  await name.clock.advanceAsync(1);
  assertEquals([name.questions.length, name.changes], [2, 1]);
  name.answer = () => ["10.0.0.3", "10.0.0.1"];
  await name.clock.advanceAsync(2_000);
  assertEquals(source.current(), ["10.0.0.1:7001", "10.0.0.3:7001"]);
  assertEquals(name.changes, 2);
  end();
});

Deno.test("without another word it is every 5 s", async () => {
  const name = new Name();
  name.answer = () => ["10.0.0.1"];
  const end = name.source().onChange(name.onChange);
  await name.clock.advanceAsync(20_000);
  assertEquals(name.questions.length, 5);
  end();
});

Deno.test("a name that cannot be resolved keeps its addresses, and its error is told once", async () => {
  const name = new Name();
  name.answer = () => ["10.0.0.1"];
  const source = name.source();
  const end = source.onChange(name.onChange);
  await settle();
  name.answer = () => Promise.reject(new Error("SERVFAIL"));
  await name.clock.advanceAsync(15_000);
  name.answer = () => [];
  await name.clock.advanceAsync(10_000);
  assertEquals(source.current(), ["10.0.0.1:7001"]);
  name.answer = () => ["10.0.0.1"];
  await name.clock.advanceAsync(5_000);
  name.answer = () => Promise.reject(new Error("SERVFAIL"));
  await name.clock.advanceAsync(5_000);
  assertEquals(name.events.slice(1), [
    { type: "resolve_failed", name: "tts.internal", error: "SERVFAIL" },
    { type: "resolve_failed", name: "tts.internal", error: "it has no addresses" },
    { type: "resolve_failed", name: "tts.internal", error: "SERVFAIL" },
  ]);
  assertEquals(name.changes, 1);
  end();
});

Deno.test("a name that was never resolved is asked for more often", async () => {
  const name = new Name();
  name.answer = () => Promise.reject(new Error("ENOTFOUND"));
  const source = name.source();
  const end = source.onChange(name.onChange);
  await name.clock.advanceAsync(3_000);
  assertEquals(name.questions.length, 4);
  name.answer = () => ["10.0.0.1"];
  await name.clock.advanceAsync(1_000);
  assertEquals(source.current(), ["10.0.0.1:7001"]);
  end();
});

Deno.test("an answer that takes its time is waited for, and no other question is asked", async () => {
  const name = new Name();
  const answer = Promise.withResolvers<readonly string[]>();
  name.answer = () => answer.promise;
  const source = name.source();
  const end = source.onChange(name.onChange);
  await name.clock.advanceAsync(60_000);
  assertEquals(name.questions.length, 1);
  answer.resolve(["10.0.0.1"]);
  await settle();
  assertEquals(source.current(), ["10.0.0.1:7001"]);
  end();
});

Deno.test("nobody is asked when nobody listens any more", async () => {
  const name = new Name();
  name.answer = () => ["10.0.0.1"];
  const source = name.source();
  const ends = [source.onChange(name.onChange), source.onChange(name.onChange)];
  await settle();
  assertEquals(name.changes, 2);
  ends[0]!();
  await name.clock.advanceAsync(5_000);
  assertEquals(name.questions.length, 2);
  // In the middle of a question.
  const answer = Promise.withResolvers<readonly string[]>();
  name.answer = () => answer.promise;
  await name.clock.advanceAsync(5_000);
  ends[1]!();
  answer.resolve(["10.0.0.9"]);
  await name.clock.advanceAsync(60_000);
  assertEquals([name.questions.length, name.changes, name.clock.pending], [3, 2, 0]);
});

Deno.test("who comes back in the middle of a question waits for its answer", async () => {
  const name = new Name();
  const answer = Promise.withResolvers<readonly string[]>();
  name.answer = () => answer.promise;
  const source = name.source();
  source.onChange(name.onChange)();
  const end = source.onChange(name.onChange);
  answer.resolve(["10.0.0.1"]);
  await name.clock.advanceAsync(5_000);
  assertEquals([name.questions.length, name.changes, name.clock.pending], [2, 1, 1]);
  end();
});

Deno.test("a host is resolved as the machine resolves it", async () => {
  const addresses = await resolveHost("localhost");
  assert(addresses.every((address) => ["127.0.0.1", "::1"].includes(address)), `${addresses}`);
  assert(addresses.length > 0);
});
