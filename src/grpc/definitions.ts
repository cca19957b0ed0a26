/**
 * The services as grpc-js wants them: paths, serializers and deserializers from the generated code.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  type DescFile,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { MethodDefinition } from "@grpc/grpc-js";
import { file_grpc_health_v1_health, Health } from "./gen/grpc/health/v1/health_pb.ts";
import { file_tts_v1_tts, TextToSpeech } from "./gen/tts/v1/tts_pb.ts";

/** Full name of the contract's service, for health checks and tools. */
export const SERVICE_NAME = TextToSpeech.typeName;

/** The methods of `tts.v1.TextToSpeech`. */
export const textToSpeech = {
  synthesize: methodOf(TextToSpeech.method.synthesize),
  listVoices: methodOf(TextToSpeech.method.listVoices),
  getCapabilities: methodOf(TextToSpeech.method.getCapabilities),
};

/** The methods of `grpc.health.v1.Health` that a client needs. */
export const health = {
  check: methodOf(Health.method.check),
  watch: methodOf(Health.method.watch),
};

/** Both services' files as serialised `FileDescriptorProto`s, for server reflection. */
export function fileDescriptors(): Buffer[] {
  return [file_tts_v1_tts, file_grpc_health_v1_health].map((file: DescFile) =>
    bufferOf(toBinary(FileDescriptorProtoSchema, file.proto))
  );
}

function methodOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { readonly input: I; readonly output: O },
): MethodDefinition<MessageShape<I>, MessageShape<O>> {
  const { input, output, methodKind } = method;
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    originalName: method.localName,
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
    requestSerialize: (message) => bufferOf(toBinary(input, message)),
    requestDeserialize: (bytes) => fromBinary(input, plain(bytes)),
    responseSerialize: (message) => bufferOf(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, plain(bytes)),
  };
}

/** The same memory as a `Buffer`: grpc-js calls its methods. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory as no `Buffer`: its `slice` would not copy, nor that of the messages' fields. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
