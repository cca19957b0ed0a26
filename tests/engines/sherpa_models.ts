// Models of a few kilobytes with random weights, in the shape of those that sherpa-onnx speaks with.
// A token's audio is its row of a table, as many samples of it as the speed says, raised by the
// speaker's pitch: so every sample can be told beforehand.

import { FLOAT, floats, INT64, integers, model, node, value } from "./sherpa_onnx.ts";

/** Samples of a token at the usual speed. */
export const TOKEN_SAMPLES = 256;

/** How much a speaker's samples are above the last one's. */
const PITCH = 0.125;

/** Side of the square that is multiplied by itself to make a model slow. */
const SQUARE = 512;

/** Options of a tiny model. */
export interface TinyOptions {
  /** Kinds as in the model's notes. `characters` is a VITS model that needs no eSpeak. */
  readonly kind: "characters" | "piper" | "kokoro" | "kitten-tts";
  /** @default {2} */
  readonly speakers?: number;
  /** Names of Kokoro's and Kitten's speakers. */
  readonly names?: readonly string[];
  /** A Kokoro model for several languages: with a lexicon. */
  readonly multilingual?: boolean;
  /** Products of two squares that each sentence costs, 2 to 10 ms each. @default {0} */
  readonly slowness?: number;
}

/** Written to a folder. */
export interface TinyModel {
  /** The audio of a text, of a model of characters: what the engine must give, to the sample. */
  expected(text: string, options?: { speaker?: number; speed?: number }): Int16Array;
}

const CHARACTERS = [" ", ..."abcdefghijklmnopqrstuvwxyz.,:;!?'-"];

/** What eSpeak writes English and its neighbours with, and Piper's marks. */
const PHONEMES = [
  ..."_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyz",
  ..."æçðøħŋœɐɑɒɔɕɖəɚɛɜɟɡɣɨɪɫɬɭɱɲɳɹɻɾʀʁʂʃʈʉʊʋʌʎʏʐʑʒʔʝʲˈˌːˑθχᵻβɸ",
];

/** Writes a model and its symbols. What else a kind needs (`espeak-ng-data`) is the caller's. */
export function writeTinyModel(folder: string, options: TinyOptions): TinyModel {
  const { kind, speakers = 2, slowness = 0 } = options;
  Deno.mkdirSync(folder, { recursive: true });
  const symbols = kind === "characters" ? CHARACTERS : PHONEMES;
  const table = Float32Array.from(
    { length: symbols.length * 4 * TOKEN_SAMPLES },
    () => 2.5 * Math.random() - 1.25,
  );
  const isVits = kind === "characters" || kind === "piper";
  const front = isVits ? vitsFront(kind, speakers) : styleFront();
  const graph = {
    nodes: [...front.nodes, ...speech, ...delay(slowness)],
    constants: [
      ...front.constants,
      floats("table", [symbols.length, 4 * TOKEN_SAMPLES], table),
      ...constants,
    ],
    inputs: front.inputs,
    outputs: [value("audio", FLOAT, [1, 1, "samples"])],
  };
  Deno.writeFileSync(`${folder}/model.onnx`, model(graph, notesOf(options, speakers)));
  const lines = symbols.map((symbol, index) => `${symbol} ${index}\n`);
  Deno.writeTextFileSync(`${folder}/tokens.txt`, lines.join(""));
  if (options.multilingual) Deno.writeTextFileSync(`${folder}/lexicon-us-en.txt`, "a ɐ\n");
  if (!isVits) {
    // One row of one number for each speaker; Kokoro has one for each length of a text.
    const rows = kind === "kokoro" ? LONGEST : 1;
    const styles = Array.from({ length: speakers }, (_, speaker) => speaker * PITCH);
    const voices = Float32Array.from(styles.flatMap((style) => Array(rows).fill(style)));
    Deno.writeFileSync(`${folder}/voices.bin`, new Uint8Array(voices.buffer));
  }
  return {
    expected(text, { speaker = 0, speed = 1 } = {}) {
      const samples = Math.floor(Math.fround(TOKEN_SAMPLES * Math.fround(1 / speed)));
      return Int16Array.from([...text.toLowerCase()].flatMap((character) => {
        const start = symbols.indexOf(character) * 4 * TOKEN_SAMPLES;
        return Array.from(table.subarray(start, start + samples), (sample) => {
          const raised = Math.fround(sample + speaker * PITCH);
          return Math.round(32_767 * Math.max(-1, Math.min(1, raised)));
        });
      }));
    },
  };
}

/** Most tokens that the tiny Kokoro speaks at once. */
const LONGEST = 64;

function notesOf(
  { kind, names = [], multilingual = false }: TinyOptions,
  speakers: number,
): Record<string, string> {
  const all = { sample_rate: "16000", n_speakers: `${speakers}`, language: "English" };
  if (kind === "characters") {
    // As the conversion of Coqui's models writes them.
    const noMarks = { use_eos_bos: "0", add_blank: "0" };
    return { ...all, ...noMarks, model_type: "vits", comment: "tiny", frontend: "characters" };
  }
  const espeak = { ...all, has_espeak: "1", voice: "en-us" };
  if (kind === "piper") return { ...espeak, model_type: "vits", comment: "piper" };
  const style_dim = kind === "kokoro" ? `${LONGEST},1,1` : "1,1";
  const version = multilingual ? "2" : "1";
  return { ...espeak, model_type: kind, version, style_dim, speaker_names: names.join(",") };
}

/** Inputs of VITS: gives `stretch` and `raise`, of one number each. */
function vitsFront(kind: "characters" | "piper", speakers: number) {
  const pitches = Array.from({ length: speakers }, (_, speaker) => speaker * PITCH);
  const scales = kind === "piper"
    ? [value("scales", FLOAT, [3])]
    : ["noise_scale", "length_scale", "noise_scale_w"].map((name) => value(name, FLOAT, [1]));
  return {
    inputs: [
      value("tokens", INT64, [1, "length"]),
      value("length", INT64, [1]),
      ...scales,
      value("sid", INT64, [1]),
    ],
    nodes: [
      kind === "piper"
        ? node("Gather", ["scales", "one"], "stretch")
        : node("Identity", ["length_scale"], "stretch"),
      node("Gather", ["pitches", "sid"], "raise"),
    ],
    constants: [floats("pitches", [speakers], pitches)],
  };
}

/** Inputs of Kokoro and Kitten: gives the same. */
function styleFront() {
  return {
    inputs: [
      value("tokens", INT64, [1, "length"]),
      value("style", FLOAT, [1, 1]),
      value("speed", FLOAT, [1]),
    ],
    nodes: [
      node("Reciprocal", ["speed"], "stretch"),
      node("Reshape", ["style", "one"], "raise"),
    ],
    constants: [],
  };
}

/** From `tokens`, `stretch`, `raise` to the samples. */
const speech = [
  node("Gather", ["table", "tokens"], "rows", { axis: 0 }),
  node("Mul", ["stretch", "token_samples"], "wanted_float"),
  node("Cast", ["wanted_float"], "wanted", { to: INT64 }),
  node("Slice", ["rows", "none", "wanted", "two"], "cut"),
  node("Add", ["cut", "raise"], "raised"),
  node("Reshape", ["raised", "flat"], "samples"),
];

/** Work whose result does not matter, but which cannot be left out. */
function delay(products: number): Uint8Array[] {
  const nodes = [
    node("Mul", ["raise", "nothing"], "nothing_new"),
    node("Add", ["nothing_new", "cell"], "cells"),
    node("Expand", ["cells", "square"], "product0"),
  ];
  for (let index = 0; index < products; index++) {
    nodes.push(node("MatMul", [`product${index}`, "product0"], `product${index + 1}`));
  }
  return [
    ...nodes,
    node("ReduceMean", [`product${products}`], "mean", { keepdims: 0 }),
    node("Mul", ["mean", "nothing"], "nothing_at_all"),
    node("Add", ["samples", "nothing_at_all"], "audio"),
  ];
}

const constants = [
  floats("token_samples", [1], [TOKEN_SAMPLES]),
  floats("nothing", [1], [0]),
  // A square of these times itself is itself.
  floats("cell", [1], [1 / SQUARE]),
  integers("square", [2], [SQUARE, SQUARE]),
  integers("none", [1], [0]),
  integers("one", [1], [1]),
  integers("two", [1], [2]),
  integers("flat", [3], [1, 1, -1]),
];
