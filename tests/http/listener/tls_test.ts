import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { steadyScript } from "../../../src/backends/scripted.ts";
import { ConfigError } from "../../../src/errors.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { Handler } from "../../../src/http/listener/http_server.ts";
import { openListener } from "../../../src/open_listener.ts";
import { assertNothingLeft } from "../../dialects/helpers/audio.ts";
import { haveOpenssl } from "../../grpc/certificates.ts";
import { testConfig } from "../../helpers/config.ts";
import { TestServer } from "../../helpers/server.ts";
import { TlsFiles } from "../../helpers/tls_files.ts";

const ignore = !haveOpenssl();

async function statusOf(server: TestServer): Promise<number> {
  const response = await server.get("/v1/voices");
  await response.body?.cancel();
  return response.status;
}

Deno.test({ name: "with a certificate, the listener speaks https and wss", ignore }, async () => {
  await using files = await TlsFiles.create();
  const script = steadyScript({ audioMs: 300 });
  await using server = new TestServer({ tls: files, script });
  assertEquals([server.server.isSecure, await statusOf(server)], [true, 200]);
  const socket = await server.connect("?lead_ms=200");
  socket.send({ type: "text", text: "Hello there.", final: true });
  const { outcome, duration_ms } = await socket.next("utterance_ended");
  assertEquals([outcome, duration_ms, socket.audioBytes], ["completed", 300, 300 * 32]);
  socket.close();
  await socket.closed;
  await assertNothingLeft(server);
});

Deno.test(
  { name: "a new certificate is for new connections, and cuts no open one", ignore },
  async () => {
    await using files = await TlsFiles.create();
    const script = steadyScript({ audioMs: 300 });
    await using server = new TestServer({ tls: files, script });
    const open = await server.connect("?lead_ms=200");
    open.send({ type: "text", text: "The first sentence.", final: false });
    await open.next("audio");
    await files.renew();
    server.server.reload(testConfig());
    assertEquals(await statusOf(server), 200);
    open.send({ type: "text", text: " And the second.", final: true });
    assertEquals((await open.next("utterance_ended")).duration_ms, 600);
    const fresh = await server.connect("?lead_ms=200");
    for (const socket of [open, fresh]) {
      socket.close();
      await socket.closed;
    }
    await assertNothingLeft(server);
  },
);

Deno.test(
  { name: "files that are of no use leave the certificate as it was", ignore },
  async () => {
    await using files = await TlsFiles.create();
    await using server = new TestServer({ tls: files });
    for (const text of ["", "no certificate"]) {
      await Deno.writeTextFile(files.tlsCert, text);
      server.server.reload(testConfig());
      assertEquals(await statusOf(server), 200);
    }
    await Deno.remove(files.tlsKey);
    server.server.reload(testConfig());
    assertEquals(await statusOf(server), 200);
  },
);

Deno.test(
  { name: "clients that do not speak TLS, or say nothing, are sent away", ignore },
  async () => {
    await using files = await TlsFiles.create();
    await using server = new TestServer({ tls: files });
    const { port } = server.server.address;
    using plain = await Deno.connect({ port });
    await plain.write(
      new TextEncoder().encode("GET /v1/voices HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    );
    const buffer = new Uint8Array(1024);
    const length = await plain.read(buffer);
    // A TLS alert, which is no HTTP.
    assertEquals(length === null || buffer[0] === 21, true);
    await assertRejects(() => fetch(`http://localhost:${port}/v1/voices`));
  },
);

Deno.test({ name: "the address of a request is its client's own", ignore }, async () => {
  await using files = await TlsFiles.create();
  const config = { ...testConfig(), ...files.config };
  const handler: Handler = (_request, { remoteAddr }) =>
    Promise.resolve(new Response(`${remoteAddr.hostname}:${remoteAddr.port}`));
  const listener = openListener({
    config,
    handler,
    clock: systemClock,
    isShortOfMemory: () => false,
    onCut() {},
  });
  const { port } = listener.addr;
  using client = await Deno.connectTls({ hostname: "localhost", port, caCerts: files.caCerts });
  const request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  await client.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(4_096);
  const answer = new TextDecoder().decode(buffer.subarray(0, await client.read(buffer) ?? 0));
  const { port: own } = client.localAddr;
  assertStringIncludes(answer, `127.0.0.1:${own}`);
  await listener.close();
});

Deno.test(
  { name: "a listener that cannot be secured says which setting is wrong", ignore },
  async () => {
    await using files = await TlsFiles.create();
    await using others = await TlsFiles.create();
    const problemOf = (config: { tlsCert?: string; tlsKey?: string; port?: number }) => {
      const handler = () => Promise.resolve(new Response());
      const options = {
        config: { ...testConfig(), ...config },
        handler,
        clock: systemClock,
        isShortOfMemory: () => false,
        onCut() {},
      };
      return assertThrows(() => openListener(options), ConfigError).message;
    };
    const { tlsCert, tlsKey } = files;
    assertEquals(problemOf({ tlsCert }), "TLS_CERT, TLS_KEY: one needs the other");
    assertStringIncludes(
      problemOf({ tlsCert: "/nowhere/a", tlsKey: "/nowhere/b" }),
      'TLS_CERT: cannot read "/nowhere/a"',
    );
    assertStringIncludes(
      problemOf({ tlsCert, tlsKey: others.tlsKey }),
      "TLS_CERT, TLS_KEY: they are",
    );
    await using server = new TestServer();
    const { port } = server.server.address;
    assertStringIncludes(problemOf({ tlsCert, tlsKey, port }), `HOST, PORT: cannot listen on`);
  },
);
