/**
 * A server over a scripted backend, in a process of its own, so that its memory is nobody else's.
 *
 * Its argument is JSON, what is not default of a config. It prints the port that it listens on, and
 * waits to be killed.
 *
 * @module
 */

import { ScriptedBackend, steadyScript } from "../../src/backends/scripted.ts";
import { defaultConfig } from "../../src/config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { startServer } from "../../src/server.ts";

/** Each sentence is two seconds of audio, and costs nothing: nothing slows down what fills memory. */
const script = steadyScript({ audioMs: 2_000 });

const { address } = startServer({
  config: { ...defaultConfig(), port: 0, ...JSON.parse(Deno.args[0]!) },
  backend: new ScriptedBackend({ clock: systemClock, script }),
});
console.log(address.port);
