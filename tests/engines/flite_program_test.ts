import { assert, assertEquals, assertThrows } from "@std/assert";
import { FliteEngine } from "../../src/engines/flite/engine.ts";
import { FliteProgram, SPEECH_FILE } from "../../src/engines/flite/program.ts";
import { module } from "../../src/engines/flite/wasm_module.js";
import { WordPhones } from "../../src/engines/flite/word_phones.ts";
import { collect } from "./collect.ts";

const ARGS = ["-voice", "kal", "-t", "Hello", "-o", SPEECH_FILE];

Deno.test("a run leaves what was printed and the file that was written", () => {
  const { printed, wav } = new FliteProgram(module).run(["-ps", ...ARGS]);
  assertEquals(printed.trim(), "pau hh ax l ow pau");
  assertEquals(new TextDecoder().decode(wav!.subarray(0, 4)), "RIFF");
});

Deno.test("no run changes the memory that is not put back", () => {
  const program = new FliteProgram(module);
  const before = program.constantsHash();
  const text = "Dr. Smith paid $1,250.50 (or so) on St. John's St., didn't he?";
  for (const voice of ["slt", "rms", "awb", "kal", "kal16"]) {
    program.run(["-psdur", "-voice", voice, "-t", text, "-o", SPEECH_FILE]);
  }
  assertEquals(program.constantsHash(), before);
});

Deno.test("a program that leaves with a status fails with what it printed, and runs again", () => {
  const program = new FliteProgram(module);
  assertThrows(() => program.run(["--version"]), Error, "flite failed");
  assert(program.run(ARGS).wav!.length > 1000);
});

Deno.test("after a trap the next run is as good as the first", async () => {
  let traps = false;
  const program = new FliteProgram(module, () => {
    if (traps) throw new WebAssembly.RuntimeError("unreachable");
    return 0;
  });
  const engine = new FliteEngine(program);
  const before = await collect(engine, { text: "Hello there." });
  traps = true;
  assertThrows(
    () =>
      engine.synthesize({ text: "Hello there.", voice: "slt", speed: 1 }, () => {}, () => false),
    Error,
    "flite failed: unreachable",
  );
  assertEquals(program.memoryBytes, 0);
  traps = false;
  assertEquals((await collect(engine, { text: "Hello there." })).pcm, before.pcm);
});

Deno.test("a program cannot open what it was not given", () => {
  const program = new FliteProgram(module);
  // It speaks nothing, and says so by leaving with a status or without a file.
  let wav: Uint8Array | undefined;
  try {
    wav = program.run(["-f", "/etc/hostname", "-o", SPEECH_FILE]).wav;
  } catch {
    // As good.
  }
  assertEquals(wav, undefined);
});

Deno.test("words' phones are looked up once", () => {
  const phones = new WordPhones(new FliteProgram(module));
  const first = phones.of(["Hello,", "there!", "...", "Hello"]);
  assertEquals(first, [["hh", "ax", "l", "ow"], ["dh", "eh", "r"], [], ["hh", "ax", "l", "ow"]]);
  assertEquals(phones.size, 3);
  assertEquals(phones.of(["Hello,", "there!"]), first.slice(0, 2));
  assertEquals(phones.size, 3);
});

Deno.test("a word that flite takes for several utterances gets the phones of all", () => {
  const phones = new WordPhones(new FliteProgram(module));
  const [one, several] = phones.of(["cat", "really?! Yes"]);
  assertEquals(one, ["k", "ae", "t"]);
  assertEquals(several!.join(" "), "r ih l iy y eh s");
});

Deno.test("words' phones are forgotten from the longest unused on", () => {
  let runs = 0;
  // The program asks for the time once it runs.
  const phones = new WordPhones(new FliteProgram(module, () => runs++), 2);
  phones.of(["cat"]);
  phones.of(["dog"]);
  phones.of(["cat"]);
  phones.of(["cow"]);
  assertEquals(phones.size, 2);
  const before = runs;
  phones.of(["cat", "cow"]);
  assertEquals(runs, before);
  phones.of(["dog"]);
  assert(runs > before);
  // More at once than are remembered.
  assertEquals(phones.of(["cat", "dog", "cow", "cat"]).map((names) => names.length), [3, 3, 2, 3]);
});
