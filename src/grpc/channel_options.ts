/**
 * What all channels have in common.
 *
 * @module
 */

import type { ClientOptions } from "@grpc/grpc-js";

/** No proxy from the environment, and no records for channelz. */
export const channelOptions = {
  "grpc.enable_http_proxy": 0,
  "grpc.enable_channelz": 0,
} satisfies ClientOptions;
