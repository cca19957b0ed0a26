/**
 * What one side of a TLS connection shows of itself.
 *
 * @module
 */

/** A certificate and its key, both PEM. */
export interface KeyPair {
  /** The certificate, followed by those of intermediate authorities. */
  readonly cert: string;
  readonly key: string;
}
