/**
 * libFLAC, in the WebAssembly build that `libflacjs` carries, without its JavaScript.
 *
 * That JavaScript reads the file with `fs` and an environment variable, which would need permissions;
 * the module loader needs none for a file that is imported. Importing this module loads libFLAC
 * (5 ms, 16 MiB of address space), so it is to be imported when first needed.
 *
 * One instance, with one heap, serves all streams of a thread. Calls are synchronous and streams
 * share no state but the allocator and the place where the bytes are put.
 *
 * @module
 */

import { joinBytes } from "./stream_encoder.ts";

/** The part of libFLAC's C API (`FLAC/stream_encoder.h`) that is called here. */
export interface FlacFunctions {
  malloc(bytes: number): number;
  free(pointer: number): void;
  FLAC__stream_encoder_new(): number;
  FLAC__stream_encoder_delete(encoder: number): void;
  FLAC__stream_encoder_set_channels(encoder: number, channels: number): number;
  FLAC__stream_encoder_set_bits_per_sample(encoder: number, bits: number): number;
  FLAC__stream_encoder_set_sample_rate(encoder: number, rate: number): number;
  FLAC__stream_encoder_set_compression_level(encoder: number, level: number): number;
  FLAC__stream_encoder_set_blocksize(encoder: number, samples: number): number;
  FLAC__stream_encoder_init_stream(
    encoder: number,
    write: number,
    seek: number,
    tell: number,
    metadata: number,
    clientData: number,
  ): number;
  FLAC__stream_encoder_process_interleaved(encoder: number, pcm: number, samples: number): number;
  FLAC__stream_encoder_finish(encoder: number): number;
  FLAC__stream_encoder_get_state(encoder: number): number;
}

/** libFLAC, and how to get at what it writes. */
export interface Flac {
  readonly memory: WebAssembly.Memory;
  readonly functions: FlacFunctions;
  /** The function pointer of the callback that writes. */
  readonly write: number;
  /** Calls a function that may write, and returns what was written meanwhile. */
  written(call: () => void): Uint8Array<ArrayBuffer>;
}

const PAGE_BYTES = 65_536;

/**
 * What the program of libflacjs 5.6.0 expects of its surroundings, from `dist/libflac.wasm.js`: its
 * memory in pages, its functions and one more in the table, and where its heap begins.
 */
const layout = {
  initialPages: 256,
  maximumPages: 32_768,
  functions: 22,
  maximumFunctions: 27,
  /** End of the static data; by this the program is told from another build. */
  dataEnd: 14_168,
  /** Address of the heap's end, which grows. */
  heapEndAt: 14_176,
  heapStart: 5_257_216,
};

/** The library. */
export const flac: Flac = await load();

async function load(): Promise<Flac> {
  // @ts-expect-error TypeScript 6 does not know source phase imports; Deno does.
  const module = await import.source("libflacjs/dist/libflac.wasm.wasm");
  const memory = new WebAssembly.Memory({
    initial: layout.initialPages,
    maximum: layout.maximumPages,
  });
  const table = new WebAssembly.Table({
    initial: layout.functions + 1,
    maximum: layout.maximumFunctions,
    element: "anyfunc",
  });
  const { exports } = new WebAssembly.Instance(module, surroundings(memory, table));
  if ((exports["__data_end"] as WebAssembly.Global).value !== layout.dataEnd) {
    throw new Error("flac: libflacjs has another build of libFLAC than 5.6.0");
  }
  new DataView(memory.buffer).setUint32(layout.heapEndAt, layout.heapStart, true);
  (exports["__wasm_call_ctors"] as () => void)();
  let parts: Uint8Array<ArrayBuffer>[] = [];
  const write = (_encoder: number, bytes: number, size: number) => {
    parts.push(new Uint8Array(memory.buffer as ArrayBuffer, bytes, size).slice());
    return 0; // FLAC__STREAM_ENCODER_WRITE_STATUS_OK
  };
  table.set(layout.functions, functionOf(write));
  return {
    memory,
    functions: exports as unknown as FlacFunctions,
    write: layout.functions,
    written(call) {
      parts = [];
      call();
      return joinBytes(parts);
    },
  };
}

/** What the program imports. Files it has none: encoders of streams call none of their functions. */
function surroundings(memory: WebAssembly.Memory, table: WebAssembly.Table): WebAssembly.Imports {
  const noFile = () => {
    throw new Error("flac: files are not supported");
  };
  return {
    env: {
      memory,
      table,
      emscripten_resize_heap: (bytes: number) => grow(memory, bytes >>> 0),
      emscripten_memcpy_big(to: number, from: number, bytes: number) {
        new Uint8Array(memory.buffer).copyWithin(to, from, from + bytes);
        return to;
      },
      /** C rounds halves away from zero. */
      round: (value: number) => Math.sign(value) * Math.round(Math.abs(value)),
      setTempRet0() {},
    },
    wasi_snapshot_preview1: {
      fd_close: noFile,
      fd_read: noFile,
      fd_write: noFile,
      fd_seek: noFile,
    },
  };
}

/** Makes room for `bytes`; returns 0 if there is none. */
function grow(memory: WebAssembly.Memory, bytes: number): number {
  const missing = bytes - memory.buffer.byteLength;
  try {
    memory.grow(Math.ceil(missing / PAGE_BYTES));
    return 1;
  } catch {
    return 0;
  }
}

/**
 * A function as a table of functions takes it: only WebAssembly's own. So this is a program of 38
 * bytes that imports the function and exports it again.
 */
function functionOf(write: (...parameters: number[]) => number): (...args: number[]) => number {
  // deno-fmt-ignore
  const program = Uint8Array.of(
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic number and version
    1, 11, 1, 0x60, 6, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, // type: six i32 to one i32
    2, 7, 1, 1, 0x65, 1, 0x66, 0, 0, // import of a function of that type as "e" "f"
    7, 5, 1, 1, 0x66, 0, 0, // export of it as "f"
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), {
    e: { f: write },
  });
  return exports["f"] as (...args: number[]) => number;
}
