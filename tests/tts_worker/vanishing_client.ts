/**
 * Calls the worker whose address is its argument, prints a line at the first audio, and waits to be
 * killed.
 *
 * @module
 */

import { clientCredentials } from "../../src/grpc/credentials.ts";
import { TtsClient } from "../../src/grpc/tts_client.ts";
import { requestOf } from "./worker_helpers.ts";

const client = new TtsClient(Deno.args[0]!, clientCredentials());
for await (const _message of client.synthesize(requestOf())) console.log("audio");
