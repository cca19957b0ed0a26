import { assertEquals, assertRejects } from "@std/assert";
import { MemberError } from "../../../src/backends/fleet/member.ts";
import { haveOpenssl, makeCertificates } from "../../grpc/certificates.ts";
import { connect } from "./connect.ts";

Deno.test({
  name: "a server's certificate may be from an authority of one's own, if that is named",
  ignore: !haveOpenssl(),
  async fn() {
    const { ca, server: { cert, key } } = await makeCertificates();
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", cert, key, onListen() {} },
      () => Response.json({ voices: ["af_bella"] }),
    );
    const address = `localhost:${server.addr.port}`;
    const signal = new AbortController().signal;
    {
      using connection = connect({ address, url: `https://${address}/v1` }, { ca });
      const { voices } = await connection.member.capabilities(signal);
      assertEquals(voices.map(({ id }) => id), ["af_bella"]);
    }
    {
      using connection = connect({ address, url: `https://${address}/v1` });
      const failing = () => connection.member.probe(signal);
      const error = await assertRejects(failing, MemberError, "certificate");
      assertEquals(error.code, "unavailable");
    }
    await server.shutdown();
  },
});
