/**
 * An address of this machine that only the caller knows: no other test takes one of its ports, not
 * even while nothing listens there. On systems with one loopback address it is that one.
 */
export function ownLoopbackAddress(): string {
  if (Deno.build.os !== "linux") return "127.0.0.1";
  // The first and the last address of a network may be special.
  const numbers = crypto.getRandomValues(new Uint8Array(3)).map((byte) => 1 + byte % 254);
  return `127.${numbers.join(".")}`;
}
