import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openCache, type OpenCacheOptions } from "../../../src/backends/cache/open_cache.ts";
import { ScriptedBackend } from "../../../src/backends/scripted.ts";
import { ConfigError } from "../../../src/errors.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

function open(options: Partial<OpenCacheOptions>) {
  const clock = new FakeClock();
  return openCache({
    backend: new ScriptedBackend({ clock }),
    clock,
    identity: () => "scripted",
    megabytes: 64,
    url: "",
    ttlS: 60,
    onEvent: () => {},
    ...options,
  });
}

Deno.test("a cache of no bytes is none", async () => {
  assertEquals(await open({ megabytes: 0 }), undefined);
});

Deno.test("a cache without a store has no numbers of one", async () => {
  const cache = await open({});
  assertEquals(cache!.figures.store, undefined);
});

Deno.test("a store needs a cache in memory before it", async () => {
  const error = await assertRejects(
    () => open({ megabytes: 0, url: "redis://127.0.0.1:6379" }),
    ConfigError,
  );
  assertStringIncludes(error.problems[0]!, "CACHE_MB is 0");
});

Deno.test("a port that is none is refused, without a word of the password", async () => {
  const error = await assertRejects(
    () => open({ url: "redis://default:sesame@127.0.0.1:99999" }),
    ConfigError,
  );
  assertEquals(error.problems, ["CACHE_URL: it is not an address"]);
});

Deno.test({
  name: "a store that the permissions do not allow is refused, and it is told what to do",
  permissions: { net: ["127.0.0.1"] },
  async fn() {
    const url = "redis://default:sesame@redis.example";
    const error = await assertRejects(() => open({ url }), ConfigError);
    assertStringIncludes(error.problems[0]!, "redis.example:6379 is not allowed");
    assertStringIncludes(error.problems[0]!, "start-fleet");
  },
});
