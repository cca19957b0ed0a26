/** Run by formats_test.ts with the permissions that a server has. */

import type { AudioFormat } from "../../src/codecs/format_limits.ts";
import { openFormat } from "../../src/codecs/formats.ts";

let instances = 0;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, parameters: [WebAssembly.Module, WebAssembly.Imports]) {
    instances++;
    return new target(...parameters);
  },
});

const { instantiateStreaming } = WebAssembly;
WebAssembly.instantiateStreaming = (source, imports) => {
  instances++;
  return instantiateStreaming(source, imports);
};

async function open(names: readonly AudioFormat["name"][]): Promise<number> {
  const before = instances;
  for (const name of names) {
    const encoder = (await openFormat({ name, sampleRate: 16_000 })).createEncoder();
    if (encoder.encode(new Int16Array(16_000)).length === 0) throw new Error(`${name} is silent`);
    encoder.close();
  }
  return instances - before;
}

const libraries = ["mp3", "flac", "ogg_opus"] as const;
for (const name of ["wav", ...libraries] as const) {
  console.log(`${name}: ${await open([name])} programs`);
}
console.log(`again: ${await open(libraries)} programs`);
