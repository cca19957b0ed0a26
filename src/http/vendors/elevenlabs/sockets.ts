/**
 * `GET /v1/text-to-speech/{voice_id}/stream-input` and `/multi-stream-input`: ElevenLabs' WebSockets.
 *
 * @module
 */

import { openFormat } from "../../../codecs/formats.ts";
import type { BadParameter, ChannelRequest } from "../../../dialects/dialect.ts";
import type { ContextOptions } from "../../../dialects/elevenlabs/context.ts";
import { MultiStreamInput } from "../../../dialects/elevenlabs/multi_stream_input.ts";
import { isFileFormat, type OutputFormat } from "../../../dialects/elevenlabs/output_format.ts";
import { readSocketRequest } from "../../../dialects/elevenlabs/socket_request.ts";
import { StreamInput } from "../../../dialects/elevenlabs/stream_input.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Lead } from "../../../speech/types.ts";
import type { CreateEncoder } from "../../channel.ts";
import type { RequestContext } from "../../route.ts";
import type { SocketProtocol } from "../../socket_route.ts";
import { refuseElevenLabs, unknownVoice } from "./refusal.ts";
import { channelOf } from "./speech.ts";

/** Options of the protocols. */
export interface SocketOptions {
  readonly names: VoiceNames;
  readonly lead: Lead;
  /** Whether a new context of a connection stops those before it. */
  readonly newContextInterrupts: boolean;
}

/** What a client has chosen by connecting. */
interface Chosen {
  readonly format: OutputFormat;
  readonly channel: ChannelRequest;
  readonly context: Omit<ContextOptions, "hasReplies">;
  readonly inactivityMs: number;
}

/** `stream-input` */
export function streamInputProtocol(options: SocketOptions): SocketProtocol {
  return {
    read(_request, context) {
      const chosen = choose(options, context);
      if ("field" in chosen) return chosen;
      return {
        dialect: new StreamInput(chosen.context),
        main: chosen.channel,
        loadEncoder: () => loadEncoder(chosen.format),
      };
    },
    refuse: refuseElevenLabs,
  };
}

/** `multi-stream-input` */
export function multiStreamInputProtocol(options: SocketOptions): SocketProtocol {
  const { newContextInterrupts } = options;
  return {
    read(_request, context) {
      const chosen = choose(options, context);
      if ("field" in chosen) return chosen;
      const { channel, format, inactivityMs } = chosen;
      return {
        dialect: new MultiStreamInput({ ...chosen.context, channel, newContextInterrupts }),
        loadEncoder: () => loadEncoder(format),
        idleTimeoutMs: inactivityMs,
      };
    },
    refuse: refuseElevenLabs,
  };
}

function choose(
  { names, lead }: SocketOptions,
  { url, params }: RequestContext,
): Chosen | BadParameter {
  const wanted = readSocketRequest(url.searchParams);
  if ("field" in wanted) return wanted;
  const voice = names.find(params.voice_id!);
  if (voice === undefined) return unknownVoice(params.voice_id!);
  const { format, inactivityMs, ...context } = wanted;
  return {
    format,
    channel: {
      ...channelOf(format, { voice, speed: 1, lead, words: true }),
      limits: { idleTimeoutMs: inactivityMs },
      endsOnError: true,
    },
    context: { ...context, isFile: isFileFormat(format) },
    inactivityMs,
  };
}

async function loadEncoder(format: OutputFormat): Promise<CreateEncoder> {
  const opened = await openFormat(format);
  return () => opened.createEncoder();
}
