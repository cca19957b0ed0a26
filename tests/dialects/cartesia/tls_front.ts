/** TLS before a server, as a load balancer would have it. */

import { makeCertificates } from "../../grpc/certificates.ts";

/** Carries the bytes of TLS connections to and from a server. */
export class TlsFront implements AsyncDisposable {
  /** A file with the certificate of the authority that vouches for it. */
  readonly ca: string;
  readonly #listener: Deno.TlsListener;

  private constructor(listener: Deno.TlsListener, ca: string) {
    this.#listener = listener;
    this.ca = ca;
  }

  /** @param host `host:port` of the server. */
  static async open(host: string): Promise<TlsFront> {
    const { ca, server } = await makeCertificates();
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, ca);
    const listener = Deno.listenTls({ hostname: "localhost", port: 0, ...server });
    const front = new TlsFront(listener, file);
    front.#serve(host);
    return front;
  }

  get url(): string {
    return `https://localhost:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await Deno.remove(this.ca);
  }

  async #serve(host: string): Promise<void> {
    const [hostname, port] = host.split(":");
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: hostname!, port: Number(port) });
      client.readable.pipeTo(server.writable).catch(() => {});
      server.readable.pipeTo(client.writable).catch(() => {});
    }
  }
}
