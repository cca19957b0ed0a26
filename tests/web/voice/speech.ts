import { FliteEngine } from "../../../src/engines/flite/engine.ts";
import { FliteProgram } from "../../../src/engines/flite/program.ts";

/** Flite's voice, at its 16 kHz. */
export async function speech(text: string): Promise<Float32Array<ArrayBuffer>> {
  const { module } = await import("../../../src/engines/flite/wasm_module.js");
  const engine = new FliteEngine(new FliteProgram(module));
  const chunks: Int16Array[] = [];
  engine.synthesize(
    { text, voice: "slt", speed: 1 },
    ({ pcm }) => void chunks.push(pcm),
    () => false,
  );
  return Float32Array.from(chunks.flatMap((pcm) => [...pcm]), (sample) => sample / 0x8000);
}
