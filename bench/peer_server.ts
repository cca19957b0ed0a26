/**
 * Syrinx over the scripted engine, in a process of its own, until its input ends. The argument is the
 * engine's times, as JSON.
 *
 * @module
 */

import { defaultConfig } from "../src/config.ts";
import { startServer } from "../src/server.ts";
import { scriptedEngine } from "./peer_engine.ts";

const server = startServer({
  // As it is by default, but nobody is turned away at the door.
  config: {
    ...defaultConfig(),
    port: 0,
    maxLoadPercent: 10_000,
    maxLateMs: 60_000,
    maxLoopLagMs: 60_000,
  },
  backend: scriptedEngine(JSON.parse(Deno.args[0]!)),
});
console.log(`ws://127.0.0.1:${server.address.port}/v1/session`);
await Deno.stdin.read(new Uint8Array(1));
await server.stop(0);
