/**
 * Server reflection: lets tools ask what the services look like.
 *
 * @module
 */

import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { fileDescriptors } from "../grpc/definitions.ts";

/** Offers `grpc.reflection.v1` and `v1alpha`, about the contract and the health service. */
export function addReflection(server: Server): void {
  // It is made for what proto-loader gives, but reads no more of it than this.
  const root: unknown = { files: { fileDescriptorProtos: fileDescriptors() } };
  new ReflectionService(root as ConstructorParameters<typeof ReflectionService>[0])
    .addToServer(server);
}
