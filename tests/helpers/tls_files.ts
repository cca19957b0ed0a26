import { type Certificates, makeCertificates } from "../grpc/certificates.ts";

/** Files of a certificate for `localhost` and its key, and a client that trusts who has issued it. */
export class TlsFiles implements AsyncDisposable {
  readonly tlsCert: string;
  readonly tlsKey: string;
  /** The authority's own certificate. */
  readonly ca: string;
  readonly #folder: string;
  #certificates: Certificates;
  #client: Deno.HttpClient;

  private constructor(folder: string, certificates: Certificates) {
    this.#folder = folder;
    this.#certificates = certificates;
    this.#client = trusting(certificates);
    this.tlsCert = `${folder}/cert.pem`;
    this.tlsKey = `${folder}/key.pem`;
    this.ca = `${folder}/ca.pem`;
  }

  static async create(): Promise<TlsFiles> {
    const files = new TlsFiles(await Deno.makeTempDir(), await makeCertificates());
    await files.#write();
    return files;
  }

  /** The settings that name them. */
  get config(): { readonly tlsCert: string; readonly tlsKey: string } {
    return { tlsCert: this.tlsCert, tlsKey: this.tlsKey };
  }

  /** Trusts who has issued the certificate of now, and nobody else before. */
  get client(): Deno.HttpClient {
    return this.#client;
  }

  /** Who that is. */
  get caCerts(): string[] {
    return [this.#certificates.ca];
  }

  /** Puts a certificate from another authority in their place. */
  async renew(): Promise<void> {
    this.#client.close();
    this.#certificates = await makeCertificates();
    this.#client = trusting(this.#certificates);
    await this.#write();
  }

  async #write(): Promise<void> {
    const { ca, server } = this.#certificates;
    await Deno.writeTextFile(this.tlsCert, server.cert);
    await Deno.writeTextFile(this.tlsKey, server.key);
    await Deno.writeTextFile(this.ca, ca);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function trusting({ ca }: Certificates): Deno.HttpClient {
  return Deno.createHttpClient({ caCerts: [ca] });
}
