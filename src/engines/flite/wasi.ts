/**
 * The part of WASI (snapshot preview 1) that a command line program needs which reads its
 * arguments, prints, and works on files in one directory, all of it in memory. Nothing of the host
 * is reachable.
 *
 * Numbers are those of https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md.
 *
 * @module
 */

/** Thrown through the program by its call of `proc_exit`. */
export class WasiExit extends Error {
  override readonly name = "WasiExit";
  /** The program's exit status. */
  readonly code: number;

  constructor(code: number) {
    super(`the program left with status ${code}`);
    this.code = code;
  }
}

const SUCCESS = 0;
const EBADF = 8;
const EINVAL = 28;
const ENOENT = 44;

const FILE_TYPE_CHARACTER_DEVICE = 2;
const FILE_TYPE_DIRECTORY = 3;
const FILE_TYPE_REGULAR_FILE = 4;

const OPEN_CREATE = 1;
const OPEN_TRUNCATE = 8;

const SEEK_CURRENT = 1;
const SEEK_END = 2;

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
/** The one directory the program finds open. */
const ROOT = 3;
const ROOT_NAME = "/";

const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn;

/** First size of a file's buffer, in bytes: four seconds of speech at 16 kHz. */
const FILE_BUFFER_BYTES = 128 * 1024;

/** Bytes that grow at their end. */
class MemoryFile {
  #bytes = new Uint8Array(FILE_BUFFER_BYTES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A copy of what was written. */
  contents(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
  }

  truncate(): void {
    this.#size = 0;
  }

  read(at: number, into: Uint8Array): number {
    const part = this.#bytes.subarray(at, Math.min(this.#size, at + into.length));
    into.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    // A gap left by seeking past the end reads as zero, also where an earlier file had bytes.
    if (at > this.#size) this.#bytes.fill(0, this.#size, at);
    this.#bytes.set(bytes, at);
    this.#size = Math.max(this.#size, end);
  }
}

/** What one run of a program sees and leaves. */
export class WasiHost {
  readonly #memory: () => WebAssembly.Memory;
  readonly #nowMs: () => number;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #args: Uint8Array[] = [];
  #stdout: Uint8Array[] = [];
  #stderr: Uint8Array[] = [];
  #files = new Map<string, MemoryFile>();
  #open = new Map<number, { readonly file: MemoryFile; at: number }>();

  /**
   * @param memory gives the program's memory; first called when the program first calls the host.
   * @param nowMs time of day for the program, in milliseconds.
   */
  constructor(memory: () => WebAssembly.Memory, nowMs: () => number) {
    this.#memory = memory;
    this.#nowMs = nowMs;
  }

  /**
   * Forgets the last run.
   *
   * @param args arguments of the next, the program's name first.
   * @param files texts of the files it finds, by name.
   */
  begin(args: readonly string[], files: Readonly<Record<string, string>> = {}): void {
    this.#args = args.map((arg) => this.#encoder.encode(`${arg.replaceAll("\0", " ")}\0`));
    this.#stdout = [];
    this.#stderr = [];
    this.#files = new Map();
    this.#open = new Map();
    for (const [name, text] of Object.entries(files)) {
      const file = new MemoryFile();
      file.write(0, this.#encoder.encode(text));
      this.#files.set(name, file);
    }
  }

  /** What the run has printed. */
  stdout(): string {
    return this.#text(this.#stdout);
  }

  /** What the run has complained about. */
  stderr(): string {
    return this.#text(this.#stderr);
  }

  /** A copy of a file that the run has written; undefined if it has not. */
  file(name: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#files.get(name)?.contents();
  }

  /** The functions to import as `wasi_snapshot_preview1`. */
  readonly imports: WebAssembly.ModuleImports = {
    args_sizes_get: (count: number, bytes: number) => {
      this.#putU32(count, this.#args.length);
      this.#putU32(bytes, this.#args.reduce((sum, arg) => sum + arg.length, 0));
      return SUCCESS;
    },
    args_get: (pointers: number, bytes: number) => {
      for (const [index, arg] of this.#args.entries()) {
        this.#putU32(pointers + 4 * index, bytes);
        this.#bytes().set(arg, bytes);
        bytes += arg.length;
      }
      return SUCCESS;
    },
    clock_time_get: (_clock: number, _precision: bigint, out: number) => {
      this.#view().setBigUint64(out, BigInt(Math.round(this.#nowMs() * 1e6)), true);
      return SUCCESS;
    },
    proc_exit: (code: number) => {
      throw new WasiExit(code);
    },
    fd_prestat_get: (fd: number, out: number) => {
      if (fd !== ROOT) return EBADF;
      this.#putU32(out, 0); // tag 0: a directory
      this.#putU32(out + 4, ROOT_NAME.length);
      return SUCCESS;
    },
    fd_prestat_dir_name: (fd: number, out: number, length: number) => {
      if (fd !== ROOT || length < ROOT_NAME.length) return EINVAL;
      this.#bytes().set(this.#encoder.encode(ROOT_NAME), out);
      return SUCCESS;
    },
    path_open: (
      _directory: number,
      _lookup: number,
      path: number,
      pathLength: number,
      flags: number,
      _rights: bigint,
      _inherited: bigint,
      _fdFlags: number,
      out: number,
    ) => {
      const name = this.#decoder.decode(this.#bytes().subarray(path, path + pathLength));
      let file = this.#files.get(name);
      if (file === undefined) {
        if ((flags & OPEN_CREATE) === 0) return ENOENT;
        file = new MemoryFile();
        this.#files.set(name, file);
      }
      if ((flags & OPEN_TRUNCATE) !== 0) file.truncate();
      let fd = ROOT + 1;
      while (this.#open.has(fd)) fd++;
      this.#open.set(fd, { file, at: 0 });
      this.#putU32(out, fd);
      return SUCCESS;
    },
    fd_close: (fd: number) => this.#open.delete(fd) || fd <= ROOT ? SUCCESS : EBADF,
    fd_fdstat_get: (fd: number, out: number) => {
      const type = this.#typeOf(fd);
      if (type === undefined) return EBADF;
      this.#bytes().fill(0, out, out + 24);
      this.#bytes()[out] = type;
      this.#view().setBigUint64(out + 8, ALL_RIGHTS, true);
      this.#view().setBigUint64(out + 16, ALL_RIGHTS, true);
      return SUCCESS;
    },
    fd_fdstat_set_flags: (fd: number) => this.#typeOf(fd) === undefined ? EBADF : SUCCESS,
    fd_seek: (fd: number, offset: bigint, whence: number, out: number) => {
      const open = this.#open.get(fd);
      if (open === undefined) return EBADF;
      const base = whence === SEEK_CURRENT ? open.at : whence === SEEK_END ? open.file.size : 0;
      const at = base + Number(offset);
      if (at < 0) return EINVAL;
      open.at = at;
      this.#view().setBigUint64(out, BigInt(at), true);
      return SUCCESS;
    },
    fd_read: (fd: number, vectors: number, count: number, out: number) => {
      const open = this.#open.get(fd);
      if (open === undefined && fd !== STDIN) return EBADF;
      let total = 0;
      for (const buffer of this.#buffers(vectors, count)) {
        const length = open?.file.read(open.at, buffer) ?? 0;
        if (open !== undefined) open.at += length;
        total += length;
        if (length < buffer.length) break;
      }
      this.#putU32(out, total);
      return SUCCESS;
    },
    fd_write: (fd: number, vectors: number, count: number, out: number) => {
      const open = this.#open.get(fd);
      if (open === undefined && fd !== STDOUT && fd !== STDERR) return EBADF;
      let total = 0;
      for (const buffer of this.#buffers(vectors, count)) {
        if (open !== undefined) {
          open.file.write(open.at, buffer);
          open.at += buffer.length;
        } else {
          (fd === STDOUT ? this.#stdout : this.#stderr).push(buffer.slice());
        }
        total += buffer.length;
      }
      this.#putU32(out, total);
      return SUCCESS;
    },
  };

  #typeOf(fd: number): number | undefined {
    if (fd <= STDERR) return FILE_TYPE_CHARACTER_DEVICE;
    if (fd === ROOT) return FILE_TYPE_DIRECTORY;
    return this.#open.has(fd) ? FILE_TYPE_REGULAR_FILE : undefined;
  }

  #text(parts: readonly Uint8Array[]): string {
    return parts.map((part) => this.#decoder.decode(part, { stream: true })).join("") +
      this.#decoder.decode();
  }

  // The memory's buffer is another one after every growth: none of these may be kept.

  #bytes(): Uint8Array {
    return new Uint8Array(this.#memory().buffer);
  }

  #view(): DataView {
    return new DataView(this.#memory().buffer);
  }

  #putU32(at: number, value: number): void {
    this.#view().setUint32(at, value, true);
  }

  *#buffers(vectors: number, count: number): Generator<Uint8Array> {
    const view = this.#view();
    for (let i = 0; i < count; i++) {
      const at = view.getUint32(vectors + 8 * i, true);
      yield this.#bytes().subarray(at, at + view.getUint32(vectors + 8 * i + 4, true));
    }
  }
}
