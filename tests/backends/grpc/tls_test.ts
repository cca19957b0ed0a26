import { assertEquals } from "@std/assert";
import { clientCredentials } from "../../../src/grpc/credentials.ts";
import { haveOpenssl, makeCertificates } from "../../grpc/certificates.ts";
import { startTestWorker } from "../../tts_worker/worker_helpers.ts";
import { connect, connectUp, say } from "./connected.ts";

Deno.test({
  name: "a worker at an IP address is known by the name that its certificate is for",
  ignore: !haveOpenssl(),
  async fn() {
    const { ca, server, client } = await makeCertificates();
    await using test = await startTestWorker({ worker: { tls: { ...server, clientCa: ca } } });
    const { target: address } = test;
    const credentials = clientCredentials({ ca, identity: client });
    await using up = await connectUp({ address, credentials, serverName: "localhost" });
    assertEquals((await say(up.member)).length, 1);
    // The wrong name, and no certificate of the client's own.
    await using wrong = connect({ address, credentials, serverName: "other.internal" });
    await using nobody = connect({
      address,
      credentials: clientCredentials({ ca }),
      serverName: "localhost",
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assertEquals([wrong.told, nobody.told], [[], []]);
  },
});
