import type { KeyPair } from "../../src/lib/key_pair.ts";

/** An authority, a certificate for `localhost` from it, and one for a client. */
export interface Certificates {
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

/** Whether `openssl` is installed. */
export function haveOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"], stdout: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes certificates that are good for a day. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await Deno.makeTempDir();
  try {
    await makePair(folder, "ca", []);
    const from = ["-CA", `${folder}/ca.crt`, "-CAkey", `${folder}/ca.key`];
    const end = ["-addext", "basicConstraints=critical,CA:FALSE"];
    await makePair(folder, "server", [...from, ...end, "-addext", "subjectAltName=DNS:localhost"]);
    await makePair(folder, "client", [...from, ...end]);
    const read = (file: string) => Deno.readTextFile(`${folder}/${file}`);
    const pair = async (name: string) => ({
      cert: await read(`${name}.crt`),
      key: await read(`${name}.key`),
    });
    return { ca: await read("ca.crt"), server: await pair("server"), client: await pair("client") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function makePair(folder: string, name: string, options: readonly string[]): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", `${folder}/${name}.key`, "-out", `${folder}/${name}.crt`];
  const { success, stderr } = await new Deno.Command("openssl", {
    args: ["req", "-x509", "-days", "1", "-subj", `/CN=${name}`, ...key, ...files, ...options],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
