import { assertEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { generate, generatedFiles, generatedFolder, haveTools } from "../../proto/generate.ts";
import { fileDescriptors, health, textToSpeech } from "../../src/grpc/definitions.ts";

Deno.test("the contract keeps buf's rules, and its generated code is current", async (t) => {
  const offline = !await haveTools();
  await t.step({
    name: `buf and protoc-gen-es ${offline ? "can not be had here: not checked" : "agree"}`,
    ignore: offline,
    async fn() {
      for (const [index, text] of (await generate()).entries()) {
        const file = generatedFiles[index]!;
        const committed = await Deno.readTextFile(new URL(file, generatedFolder));
        assertEquals(committed, text, `${file} is old: run deno task proto`);
      }
    },
  });
});

Deno.test("methods have gRPC's paths and kinds", () => {
  const kinds = [...Object.values(textToSpeech), ...Object.values(health)].map((method) =>
    `${method.path} ${method.requestStream} ${method.responseStream}`
  );
  assertEquals(kinds, [
    "/tts.v1.TextToSpeech/Synthesize false true",
    "/tts.v1.TextToSpeech/ListVoices false false",
    "/tts.v1.TextToSpeech/GetCapabilities false false",
    "/grpc.health.v1.Health/Check false false",
    "/grpc.health.v1.Health/Watch false true",
  ]);
});

Deno.test("file descriptors can be read, and name their files", () => {
  const files = fileDescriptors().map((bytes) =>
    fromBinary(FileDescriptorProtoSchema, new Uint8Array(bytes))
  );
  assertEquals(files.map(({ name }) => name), [
    "tts/v1/tts.proto",
    "grpc/health/v1/health.proto",
  ]);
});
