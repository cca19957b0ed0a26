import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../src/errors.ts";
import type { ClientTls, ServerTls } from "../../src/grpc/credentials.ts";
import { type Certificates, haveOpenssl, makeCertificates } from "../grpc/certificates.ts";
import { speak, startTestWorker, statusOf } from "./worker_helpers.ts";

/** A test that makes its certificates with `openssl`. */
function tlsTest(name: string, run: (certificates: Certificates) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !haveOpenssl(),
    fn: async () => await run(await makeCertificates()),
  });
}

/** How a synthesis between these two ends: OK, or a status. */
async function outcome(server: ServerTls, client: ClientTls | undefined): Promise<string> {
  await using test = await startTestWorker({
    worker: { tls: server },
    ...(client === undefined ? {} : { tls: client }),
  });
  const { code } = await statusOf(speak(test.client, {}, { deadline: Date.now() + 10_000 }));
  return code;
}

tlsTest("with TLS, a client must trust the worker's certificate", async (certificates) => {
  const { ca, server } = certificates;
  const other = await makeCertificates();
  assertEquals(await outcome(server, { ca }), "OK");
  assertEquals(await outcome(server, { ca: other.ca }), "UNAVAILABLE");
  assertEquals(await outcome(server, {}), "UNAVAILABLE");
  assertEquals(await outcome(server, undefined), "UNAVAILABLE");
});

tlsTest("with mutual TLS, a worker must trust the client's certificate", async (certificates) => {
  const { ca, server, client } = certificates;
  const other = await makeCertificates();
  const mutual = { ...server, clientCa: ca };
  assertEquals(await outcome(mutual, { ca, identity: client }), "OK");
  assertEquals(await outcome(mutual, { ca }), "UNAVAILABLE");
  assertEquals(await outcome(mutual, { ca, identity: other.client }), "UNAVAILABLE");
});

tlsTest("health is told over TLS", async ({ ca, server }) => {
  await using test = await startTestWorker({ worker: { tls: server }, tls: { ca } });
  assertEquals(await test.health.check(""), "SERVING");
});

tlsTest("TLS that cannot work is refused at the start", async ({ server, client }) => {
  const cases: readonly [ServerTls, string][] = [
    [{ ...server, key: client.key }, "the key does not belong to the certificate"],
    [{ ...server, key: "x" }, "the key cannot be read as PEM"],
    [{ ...server, cert: "x" }, "the certificate cannot be read as PEM"],
    [{ ...server, clientCa: "x" }, "the client authority cannot be read as PEM"],
  ];
  for (const [tls, problem] of cases) {
    await assertRejects(() => startTestWorker({ worker: { tls } }), ConfigError, problem);
  }
});
