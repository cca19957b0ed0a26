/** Run by audio_encoder_test.ts with the permissions that a server has. */

import { createEncoder } from "../../src/codecs/audio_encoder.ts";

const instantiated: WebAssembly.Instance[] = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, parameters: [WebAssembly.Module, WebAssembly.Imports]) {
    const instance = new target(...parameters);
    instantiated.push(instance);
    return instance;
  },
});

const mulaw = await createEncoder("mulaw", 8000);
console.log(`${mulaw.encode(new Int16Array(160)).length} bytes of mulaw`);
if (instantiated.length > 0) throw new Error("opus was loaded before anyone asked for it");

const opus = await createEncoder("opus", 16_000);
if (opus.encode(new Int16Array(320)).length > 0) console.log("opus loaded");
if (instantiated.length !== 1) throw new Error("this test no longer sees opus being loaded");
opus.close();
