/**
 * TLS for both ends of a channel. Every certificate authority is named here: grpc-js would else take
 * one from the environment.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { ChannelCredentials, ServerCredentials } from "@grpc/grpc-js";
import type { KeyPair } from "../lib/key_pair.ts";

/** TLS of a server. */
export interface ServerTls extends KeyPair {
  /** PEM of the authorities of which a client must show a certificate; without it, none is asked. */
  readonly clientCa?: string;
}

/** TLS of a client. */
export interface ClientTls {
  /** PEM of the authorities that a server's certificate may be from; without it, the public ones. */
  readonly ca?: string;
  /** What the client shows, to a server that asks. */
  readonly identity?: KeyPair;
}

/**
 * Credentials of a server; without TLS it speaks plain text.
 *
 * @throws {Error} if the certificate or key cannot be used.
 */
export function serverCredentials(tls?: ServerTls): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  checkPair(tls);
  if (tls.clientCa !== undefined) readPem("the client authority", tls.clientCa, certificateOf);
  // An authority has to be named even where no client is asked; its own certificate is as good as any.
  const ca = Buffer.from(tls.clientCa ?? tls.cert);
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  return ServerCredentials.createSsl(ca, [pair], tls.clientCa !== undefined);
}

/**
 * Credentials of a client; without TLS it speaks plain text. A target must be a host name then, not
 * an IP address.
 *
 * @throws {Error} if a certificate or key cannot be used.
 */
export function clientCredentials(tls?: ClientTls): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  const { ca = rootCertificates.join("\n"), identity } = tls;
  readPem("the authority", ca, certificateOf);
  if (identity !== undefined) checkPair(identity);
  return ChannelCredentials.createSsl(
    Buffer.from(ca),
    identity === undefined ? null : Buffer.from(identity.key),
    identity === undefined ? null : Buffer.from(identity.cert),
  );
}

/** Else it would show only when a connection fails, and not say why. */
function checkPair({ cert, key }: KeyPair): void {
  const certificate = readPem("the certificate", cert, certificateOf);
  if (!certificate.checkPrivateKey(readPem("the key", key, createPrivateKey))) {
    throw new Error("the key does not belong to the certificate");
  }
}

/** The first one of them. */
function certificateOf(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

function readPem<T>(what: string, pem: string, read: (pem: string) => T): T {
  try {
    return read(pem);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${what} cannot be read as PEM: ${reason}`);
  }
}
