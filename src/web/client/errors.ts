/**
 * The one kind of error of this library.
 *
 * @module
 */

/** What went wrong. `code` is the server's (see the protocol), or one of this library's own. */
export class SyrinxError extends Error {
  override readonly name = "SyrinxError";
  /**
   * Of this library: `unreachable` (no server, or one that refuses), `connection_lost` (and no other
   * to be had), `closed` (the session is), `no_audio` (nothing to play with), `no_microphone`, `bad_audio` (it
   * cannot be decoded), `source_failed` (the text's source threw), `bad_option`.
   */
  readonly code: string;
  /** Whether the session is over. */
  readonly fatal: boolean;

  constructor(code: string, message: string, options: ErrorOptions & { fatal?: boolean } = {}) {
    super(message, options);
    this.code = code;
    this.fatal = options.fatal ?? false;
  }
}
