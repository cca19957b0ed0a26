/**
 * LAME, in the WebAssembly build that `wasm-media-encoders` carries inside its JavaScript. Importing
 * this module loads it (20 ms, 16 MiB of address space), so it is to be imported when first needed.
 *
 * One instance serves all streams of a thread, and its C functions are called directly: the package's
 * own encoders load an instance each, which takes a promise and 16 MiB where a stream needs less than
 * half a megabyte. The file itself cannot be imported: the package's `exports` misspell its path.
 *
 * @module
 */

import { createMp3Encoder, jsLibraryVersion } from "wasm-media-encoders";

/**
 * The package's C functions (`src/wasm/lame/lame_enc.c`); pointers are byte offsets in `memory`,
 * except that of a stream, which means something only to them.
 */
export interface Lame {
  readonly memory: WebAssembly.Memory;
  /** 0 when there is no memory left. */
  malloc(bytes: number): number;
  free(pointer: number): void;
  /** Opens a stream; 0 if the parameters are none that LAME knows, or no memory is left. */
  enc_init(parameters: number): number;
  /** The address of the address where so many samples are to be put. */
  enc_get_pcm(stream: number, samples: number): number;
  /** Encodes them; returns the number of bytes made, or an error below 0. */
  enc_encode(stream: number, samples: number): number;
  /** Encodes what LAME still holds; returns as `enc_encode`. */
  enc_flush(stream: number): number;
  /** Where the bytes are, until the next call. */
  enc_get_out_buf(stream: number): number;
  enc_free(stream: number): void;
}

/** The version whose functions {@linkcode Lame} describes. */
const VERSION = "wasm-media-encoders-0.7.0";

/** The library. */
export const lame: Lame = await load();

async function load(): Promise<Lame> {
  if (jsLibraryVersion() !== VERSION) {
    throw new Error(`lame: ${jsLibraryVersion()} is not ${VERSION}`);
  }
  // A field that only TypeScript calls private.
  const { module } = await createMp3Encoder() as unknown as { readonly module: Lame };
  return module;
}
