/**
 * Where the text comes from.
 *
 * @module
 */

/** There is no text to be had; the message is one line for the person at the terminal. */
export class NoTextError extends Error {
  override readonly name = "NoTextError";
}

/**
 * The text of the arguments, a file, or standard input, as it comes and exactly as it is (UTF-8).
 *
 * @throws {NoTextError} if there is no file, or standard input is a terminal.
 */
export function openText(from: {
  readonly text?: string;
  readonly file?: string;
}): AsyncIterable<string> {
  if (from.text !== undefined) return once(from.text);
  if (from.file !== undefined) return decode(openFile(from.file));
  if (Deno.stdin.isTerminal()) {
    throw new NoTextError(
      "no text: give it as arguments, with --file FILE, or on standard input; see --help",
    );
  }
  return decode(Deno.stdin.readable);
}

async function* once(text: string): AsyncGenerator<string, void, void> {
  yield await Promise.resolve(text);
}

function openFile(path: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  try {
    const file = Deno.openSync(path);
    if (!file.statSync().isDirectory) return file.readable;
    file.close();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new NoTextError(
      `--file: ${JSON.stringify(path)} cannot be read: ${error.message}; it takes a text file`,
    );
  }
  throw new NoTextError(`--file: ${JSON.stringify(path)} is a directory; it takes a text file`);
}

/** The decoder keeps characters whole whose bytes come apart. */
function decode(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncIterable<string> {
  return bytes.pipeThrough(new TextDecoderStream());
}
