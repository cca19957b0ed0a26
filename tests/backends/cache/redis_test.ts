import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type CachedBackend,
  createCachedBackend,
  type StoreEvent,
} from "../../../src/backends/cache/cached_backend.ts";
import { connectRedis } from "../../../src/backends/cache/redis_store.ts";
import { type Script, ScriptedBackend } from "../../../src/backends/scripted.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { until } from "../../helpers/server.ts";
import { Listener } from "./listener.ts";
import { RedisServer, testWithRedis } from "./redis_server.ts";

const REQUEST = { text: "Good morning.", voice: "one", speed: 1 };

const script: Script = function* (_, call) {
  yield { audioMs: 400, mark: 1_000 + call };
  yield { words: [{ start: 0, end: 4, startMs: 12.5, endMs: 380 }] };
};

/** A server's cache, as it is after a start. */
class Node implements Disposable {
  readonly bare = new ScriptedBackend({ clock: systemClock, script });
  readonly events: StoreEvent[] = [];
  readonly cache: CachedBackend;

  /** @param timeoutMs generous, since machines that run tests are busy. */
  constructor(url: string, timeoutMs = 10_000) {
    this.cache = createCachedBackend({
      backend: this.bare,
      clock: systemClock,
      maxBytes: 1_000_000,
      identity: () => "scripted",
      store: {
        store: connectRedis(url),
        ttlS: 60,
        timeoutMs,
        onEvent: (event) => this.events.push(event),
      },
    });
  }

  get isUp(): boolean {
    return this.cache.figures.store!.up;
  }

  async hear(text = REQUEST.text): Promise<Listener> {
    const listener = new Listener(this.cache, { ...REQUEST, text });
    await listener.over;
    assertEquals(listener.error, undefined);
    return listener;
  }

  [Symbol.dispose](): void {
    this.cache.close();
  }
}

/** Nodes whose connections are there. */
async function connected(...nodes: readonly Node[]): Promise<void> {
  await until(() => nodes.every(({ isUp }) => isUp), "connections to the store");
}

testWithRedis("servers find each other's sentences, to the sample", async (program) => {
  await using redis = new RedisServer(program);
  await redis.start();
  using first = new Node(redis.url);
  await connected(first);
  const spoken = await first.hear();
  // Its writing is over when its next question is answered: one connection, in order.
  await first.hear("something else");
  using second = new Node(redis.url.replace("redis:", "valkey:"));
  await connected(second);
  const found = await second.hear();
  assertEquals(found.samples, spoken.samples);
  assertEquals(found.words, spoken.words);
  assertEquals(second.bare.counts.started, 0);
  assertEquals(second.cache.figures.storeHits, 1);
  await second.hear();
  assertEquals(second.cache.figures.memoryHits, 1);
});

testWithRedis(
  "a server that is killed is no help and no harm, and is used again",
  async (program) => {
    await using redis = new RedisServer(program);
    await redis.start();
    using node = new Node(redis.url);
    await connected(node);
    await node.hear("before");
    await redis.kill();
    for (let number = 0; number < 20; number++) await node.hear(`while it is away, ${number}`);
    await until(() => !node.isUp, "the loss to be seen");
    assertEquals((await node.hear("before")).samples.length, 6_400);
    await redis.start();
    await until(() => node.isUp, "the connection to come back", 30_000);
    await node.hear("after");
    await node.hear("after the last one");
    using other = new Node(redis.url);
    await connected(other);
    await other.hear("after");
    assertEquals(other.cache.figures.storeHits, 1);
    // A machine that is busy may lose it again.
    const events = node.events.map(({ type }) => type);
    assertEquals(events.slice(0, 3), ["store_up", "store_down", "store_up"]);
  },
);

testWithRedis("a server that hangs costs little, and soon nothing", async (program) => {
  await using redis = new RedisServer(program);
  await redis.start();
  using node = new Node(redis.url, 20);
  await connected(node);
  redis.freeze();
  for (let number = 0; number < 10; number++) await node.hear(`sentence ${number}`);
  assertEquals(node.bare.counts.finished, 10);
  assertEquals(node.isUp, false);
  const { timeout, skipped } = node.cache.figures.store!.errors;
  assertEquals(timeout, 3);
  assert(skipped >= 7, `skipped ${skipped}`);
});

testWithRedis(
  "a server that is full is no harm, and goes on to be read",
  async (program) => {
    await using redis = new RedisServer(program, ["--maxmemory", "1"]);
    await redis.start();
    using node = new Node(redis.url);
    await connected(node);
    for (let number = 0; number < 3; number++) await node.hear(`sentence ${number}`);
    await until(() => node.cache.figures.store!.errors.failed === 3, "the refusals");
    assertEquals(node.isUp, true);
    assertEquals(node.events.length, 1);
  },
);

testWithRedis("a password is used, and a wrong one is told without it", async (program) => {
  await using redis = new RedisServer(program, ["--requirepass", "sesame-open"]);
  await redis.start();
  using right = new Node(redis.url.replace("//", "//default:sesame-open@"));
  using wrong = new Node(redis.url.replace("//", "//default:sesame-shut@"));
  await connected(right);
  await until(() => wrong.events.length > 0, "the refusal");
  const [event] = wrong.events;
  assertEquals(event!.type, "store_down");
  assertEquals(JSON.stringify(event).includes("sesame"), false);
  assertStringIncludes(JSON.stringify(event), "WRONGPASS");
});

Deno.test("a server that is not there is no harm", async () => {
  using node = new Node("redis://127.0.0.1:9/0");
  assertEquals((await node.hear()).samples.length, 6_400);
  await until(() => node.events.length > 0, "the failure to be told");
  assertEquals(node.events.map(({ type }) => type), ["store_down"]);
});
