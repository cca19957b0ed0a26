/** What lies between a client and a server: TCP that can be cut, as if the server had died. */
export class Cable implements AsyncDisposable {
  readonly #target: number;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<unknown>>();
  #listener: Deno.TcpListener;

  /** @param target the server's port, on this machine. */
  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    this.#track(this.#accept(this.#listener));
  }

  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  get url(): string {
    return `http://${this.address}/v1`;
  }

  /** Ends all connections in the middle of whatever they do; no new one is taken. */
  cut(): void {
    this.#listener.close();
    for (const end of this.#open) close(end);
    this.#open.clear();
  }

  /** Takes connections again, at the same port. */
  mend(): void {
    const { port } = this.#listener.addr;
    this.#listener = Deno.listen({ port, hostname: "127.0.0.1" });
    this.#track(this.#accept(this.#listener));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    close(this.#listener);
    for (const end of this.#open) close(end);
    await Promise.allSettled(this.#running);
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const client of listener) {
      const server = await Deno.connect({ port: this.#target, hostname: "127.0.0.1" });
      this.#open.add(client).add(server);
      this.#track(this.#carry(client, server));
      this.#track(this.#carry(server, client));
    }
  }

  async #carry(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
        for (let at = 0; at < n;) at += await to.write(buffer.subarray(at, n));
      }
    } catch {
      // It was cut, or one end is gone: so is the other then.
    }
    close(from);
    close(to);
  }

  #track(work: Promise<unknown>): void {
    const running = work.catch(() => {}).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

function close(end: { close(): void }): void {
  try {
    end.close();
  } catch {
    // It is closed.
  }
}
