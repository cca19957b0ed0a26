import { assertEquals } from "@std/assert";
import { defaultConfig } from "../../src/config.ts";
import { shareOf } from "../../src/processes/share.ts";

const ROLE = { process: 2, of: 3, port: 80, supervisorPort: 1, secret: "s", tokenSecret: "t" };

Deno.test("what is for all is divided and rounded up, what is for one client is not", () => {
  const config = { ...defaultConfig(), port: 0, maxSessions: 100, maxQueueDepth: 1, workers: 4 };
  const share = shareOf(config, ROLE, 8);
  assertEquals([share.maxSessions, share.maxQueueDepth, share.workers], [34, 1, 2]);
  assertEquals(share.maxSessionsPerAddress, config.maxSessionsPerAddress);
  assertEquals(share.maxCharactersPerMinute, config.maxCharactersPerMinute);
  assertEquals([share.port, share.tokenSecret], [80, "t"]);
});

Deno.test("an engine has as many threads as there are cores for its process; a fleet says itself", () => {
  const config = defaultConfig();
  const workers = [8, 2, 96].map((cores) => shareOf(config, ROLE, cores).workers);
  assertEquals(workers, [3, 1, 8]);
  assertEquals(shareOf({ ...config, ttsBackends: "a:1" }, ROLE, 8).workers, 0);
});

Deno.test("no cache stays none", () => {
  assertEquals(shareOf({ ...defaultConfig(), cacheMb: 0 }, ROLE, 8).cacheMb, 0);
});
