/**
 * libopus, in the WebAssembly build that `@evan/opus` carries, without its JavaScript.
 *
 * That JavaScript reads the file with `fs`, which would need `--allow-read`; the module loader
 * needs no permission for a file that is imported. Importing this module loads libopus (2 ms to
 * 20 ms, 16 MiB of address space), so it is to be imported when first needed.
 *
 * One instance, with one heap, serves all streams of a thread, like any native library: an instance
 * per stream would cost megabytes rather than the 48 KB of an encoder. Calls are synchronous and
 * streams share no state but the allocator.
 *
 * @module
 */

/** The part of libopus' C API that is called here; pointers are byte offsets in `memory`. */
export interface Opus {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  /** 0 when there is no memory left. */
  malloc(bytes: number): number;
  free(pointer: number): void;
  opus_strerror(code: number): number;
  opus_encoder_get_size(channels: number): number;
  opus_encoder_init(encoder: number, rate: number, channels: number, application: number): number;
  opus_encoder_ctl_set(encoder: number, request: number, value: number): number;
  opus_encoder_ctl_get(encoder: number, request: number): number;
  opus_encode(encoder: number, pcm: number, samples: number, out: number, room: number): number;
  opus_decoder_get_size(channels: number): number;
  opus_decoder_init(decoder: number, rate: number, channels: number): number;
  opus_decode(
    decoder: number,
    packet: number,
    bytes: number,
    pcm: number,
    room: number,
    fec: number,
  ): number;
}

/** The library. */
export const opus: Opus = await load();

/**
 * Returns `result` unless it is one of libopus' error codes, all of which are negative.
 *
 * @throws {Error} with libopus' own words.
 */
export function checkOpus(result: number): number {
  if (result >= 0) return result;
  const bytes = new Uint8Array(opus.memory.buffer, opus.opus_strerror(result));
  throw new Error(`opus: ${new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)))}`);
}

/**
 * Allocates memory of the library, to be given back with `opus.free`.
 *
 * @throws {Error} if there is none left.
 */
export function allocateOpus(bytes: number): number {
  const pointer = opus.malloc(bytes);
  if (pointer === 0) throw new Error(`opus: out of memory for ${bytes} bytes`);
  return pointer;
}

async function load(): Promise<Opus> {
  const { exports } = new WebAssembly.Instance(await loadModule(), {
    wasi_snapshot_preview1: {
      fd_seek: () => 0,
      fd_write: () => 0,
      fd_close: () => 0,
      proc_exit(code: number) {
        throw new Error(`opus: aborted with code ${code}`);
      },
    },
    // Views of the memory are made afresh for every use, so none outlives a growth.
    env: { emscripten_notify_memory_growth() {} },
  });
  const library = exports as unknown as Opus;
  library._initialize();
  return library;
}

async function loadModule(): Promise<WebAssembly.Module> {
  try {
    // @ts-expect-error TypeScript 6 does not know source phase imports; Deno does.
    return await import.source("@evan/opus/wasm/simd.wasm");
  } catch {
    // Processors without SSE 4.1 cannot run SIMD code.
    // @ts-expect-error as above.
    return await import.source("@evan/opus/wasm/opus.wasm");
  }
}
