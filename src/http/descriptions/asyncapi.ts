/**
 * The server's WebSockets as an AsyncAPI document: the session protocol with all its messages, and
 * those of the vendors by name, since their messages are the vendors' to describe.
 *
 * Source: the AsyncAPI Specification 3.0.0, and its WebSockets binding 0.1.0.
 *
 * @module
 */

import { VERSION } from "../../version.ts";
import { SUBPROTOCOL } from "../session_route.ts";
import { sessionParameters } from "./choices.ts";
import { clientMessages } from "./client_messages.ts";
import type { Facts } from "./facts.ts";
import { asyncApiSchemes, asyncApiSecurity } from "./keys.ts";
import type { MessageDescription } from "./message.ts";
import { serverMessages } from "./server_messages.ts";
import { object } from "./schema.ts";

type Messages = Readonly<Record<string, MessageDescription>>;

/** The vendors' WebSockets: what they are, and where docs/compatibility.md has more. */
const VENDORS = {
  deepgramAura: { address: "/v1/speak", title: "Deepgram's Aura", section: "deepgram" },
  deepgramFlux: { address: "/v2/speak", title: "Deepgram's Flux", section: "deepgram" },
  openAiRealtime: { address: "/v1/realtime", title: "OpenAI's Realtime", section: "openai" },
  elevenLabsStreamInput: {
    address: "/v1/text-to-speech/{voice_id}/stream-input",
    title: "ElevenLabs' stream-input",
    section: "elevenlabs",
  },
  elevenLabsMultiStreamInput: {
    address: "/v1/text-to-speech/{voice_id}/multi-stream-input",
    title: "ElevenLabs' multi-stream-input",
    section: "elevenlabs",
  },
  cartesia: { address: "/tts/websocket", title: "Cartesia's WebSocket", section: "cartesia" },
  twilio: {
    address: "/twilio/stream",
    title: "Twilio's Media Streams",
    section: "twilio-media-streams",
  },
} as const;

/** What can be reached by clients. */
export type ServerAddress = Pick<URL, "host" | "protocol">;

/** The description, but for the server's address: that is what a client calls it by. */
export function asyncApi(facts: Facts): object {
  const fromClient = clientMessages(facts);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Syrinx",
      version: VERSION,
      description: "The session protocol (docs/protocol.md), and the vendors' WebSockets.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {},
    channels: { session: session(facts, fromClient), ...vendorChannels() },
    operations: {
      receive: operation("receive", "client", fromClient),
      send: operation("send", "server", serverMessages),
    },
    components: {
      messages: { ...components("client", fromClient), ...components("server", serverMessages) },
      securitySchemes: asyncApiSchemes,
    },
  };
}

/** The description with the address by which the server was reached; `protocol` is HTTP's. */
export function withAddress(document: object, { host, protocol }: ServerAddress): object {
  const server = {
    host,
    protocol: protocol === "https:" ? "wss" : "ws",
    description: ABOUT_KEYS,
    security: asyncApiSecurity,
  };
  return { ...document, servers: { syrinx: server } };
}

const ABOUT_KEYS =
  "A key is needed where the server has some. Browsers, which can set no headers, " +
  `offer it as subprotocol \`bearer.KEY\` beside \`${SUBPROTOCOL}\`.`;

function session(facts: Facts, fromClient: Messages): object {
  return {
    address: "/v1/session",
    title: "A session",
    description: `One connection is one session; subprotocol \`${SUBPROTOCOL}\`, if any.`,
    messages: { ...references("client", fromClient), ...references("server", serverMessages) },
    bindings: {
      ws: { method: "GET", query: object({}, sessionParameters(facts)), bindingVersion: "0.1.0" },
    },
  };
}

function vendorChannels(): object {
  return Object.fromEntries(
    Object.entries(VENDORS).map(([name, { address, title, section }]) => [name, {
      address,
      title,
      description: `The messages are the vendor's: see docs/compatibility.md#${section}.`,
      ...(address.includes("{voice_id}") && {
        parameters: { voice_id: { description: "A name of a voice." } },
      }),
    }]),
  );
}

/** Both sides have a `barge_in`. */
function nameOf(side: Side, type: string): string {
  return `${side}_${type}`;
}

type Side = "client" | "server";

function operation(action: "send" | "receive", side: Side, messages: Messages): object {
  return {
    action,
    channel: { $ref: "#/channels/session" },
    summary: side === "client" ? "What a client may send." : "What a client is told.",
    messages: Object.keys(messages).map((type) => ({
      $ref: `#/channels/session/messages/${nameOf(side, type)}`,
    })),
  };
}

function references(side: Side, messages: Messages): object {
  return Object.fromEntries(
    Object.keys(messages).map((type) => [
      nameOf(side, type),
      { $ref: `#/components/messages/${nameOf(side, type)}` },
    ]),
  );
}

function components(side: Side, messages: Messages): object {
  return Object.fromEntries(
    Object.entries(messages).map(([type, description]) => [
      nameOf(side, type),
      component(type, description),
    ]),
  );
}

function component(type: string, { summary, payload, examples }: MessageDescription): object {
  if (payload === undefined) {
    const bytes = { type: "string", format: "binary" };
    return { name: type, summary, contentType: "application/octet-stream", payload: bytes };
  }
  return {
    name: type,
    summary,
    payload,
    ...(examples && { examples: examples.map((payload) => ({ payload })) }),
  };
}
