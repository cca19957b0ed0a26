import { assert, assertEquals } from "@std/assert";
import { createFileRegistry, fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Client, type ClientDuplexStream, credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import { startTestWorker } from "./worker_helpers.ts";

interface ReflectionResponse {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly errorResponse?: { readonly errorCode: number };
}

type ReflectionStream = ClientDuplexStream<Record<string, string>, ReflectionResponse>;

/** Asks questions of a server as `grpcurl` does, knowing nothing but the reflection protocol. */
class ReflectionClient {
  readonly #client: Client & { ServerReflectionInfo(): ReflectionStream };

  constructor(target: string, version: "v1" | "v1alpha") {
    const module = import.meta.resolve("@grpc/reflection");
    const file = new URL(`../proto/grpc/reflection/${version}/reflection.proto`, module);
    const loaded = loadPackageDefinition(loadSync(fileURLToPath(file)));
    // deno-lint-ignore no-explicit-any -- proto-loader knows no types.
    const Reflection = (loaded as any).grpc.reflection[version].ServerReflection;
    this.#client = new Reflection(target, credentials.createInsecure());
  }

  async ask(question: Record<string, string>): Promise<ReflectionResponse> {
    const stream = this.#client.ServerReflectionInfo();
    stream.write(question);
    stream.end();
    let answer: ReflectionResponse = {};
    for await (const response of stream) answer = response as ReflectionResponse;
    return answer;
  }

  close(): void {
    this.#client.close();
  }
}

for (const version of ["v1", "v1alpha"] as const) {
  Deno.test(`reflection ${version} names the services`, async () => {
    await using test = await startTestWorker();
    const reflection = new ReflectionClient(test.target, version);
    const { listServicesResponse } = await reflection.ask({ listServices: "*" });
    const names = listServicesResponse!.service.map(({ name }) => name);
    assertEquals(names.sort(), ["grpc.health.v1.Health", "tts.v1.TextToSpeech"]);
    const { errorResponse } = await reflection.ask({ fileContainingSymbol: "no.Such" });
    assertEquals(errorResponse?.errorCode, 5);
    reflection.close();
  });
}

Deno.test("a client that has nothing but reflection can have text spoken", async () => {
  await using test = await startTestWorker();
  const reflection = new ReflectionClient(test.target, "v1");
  const { fileDescriptorResponse } = await reflection.ask({
    fileContainingSymbol: "tts.v1.TextToSpeech",
  });
  reflection.close();
  const file = fileDescriptorResponse!.fileDescriptorProto.map((bytes) =>
    fromBinary(FileDescriptorProtoSchema, new Uint8Array(bytes))
  );
  const set = { $typeName: "google.protobuf.FileDescriptorSet" as const, file };
  const registry = createFileRegistry(
    fromBinary(FileDescriptorSetSchema, toBinary(FileDescriptorSetSchema, set)),
  );
  const { input, output, parent, name } = registry.getService("tts.v1.TextToSpeech")!
    .method["synthesize"]!;
  const client = new Client(test.target, credentials.createInsecure());
  const call = client.makeServerStreamRequest(
    `/${parent.typeName}/${name}`,
    (json: { text: string }) => Buffer.from(toBinary(input, fromJson(input, json))),
    (bytes: Uint8Array) => toJson(output, fromBinary(output, new Uint8Array(bytes))),
    { text: "hello" },
  );
  const messages: unknown[] = [];
  for await (const message of call) messages.push(message);
  client.close();
  assertEquals(messages.length, 2);
  const [first, last] = messages as [
    { audio: { sampleRate: number } },
    { totals: { samples: number } },
  ];
  assertEquals(first.audio.sampleRate, 16_000);
  assertEquals(last.totals.samples, 1_600);
});

Deno.test("reflection can be off", async () => {
  await using test = await startTestWorker({ worker: { reflection: false } });
  const reflection = new ReflectionClient(test.target, "v1");
  let code: unknown;
  try {
    await reflection.ask({ listServices: "*" });
  } catch (error) {
    code = (error as { code: number }).code;
  }
  reflection.close();
  assert(code === 12, "UNIMPLEMENTED");
});
