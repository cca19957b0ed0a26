/**
 * The metrics of sessions, connections and their messages.
 *
 * @module
 */

import { counter, gauge, histogram } from "../spec.ts";

// deno-fmt-ignore
const DURATION_S = [
  1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 604800,
];

const MESSAGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000, 1000000];

const BARGE_INS = [0, 1, 2, 3, 5, 10, 20, 50, 100, 1000, 10000];

/** By name. */
export const sessionMetrics = {
  sessions_active: gauge("Sessions that have not ended."),
  connections_active: gauge("Connections that are not closed."),
  sessions_total: counter("Sessions that ended.", {
    labels: {
      dialect: "the wire protocol, such as native",
      close: "finished, drained, closed (by the client), gone (the connection was lost), " +
        "or the error's code",
    },
  }),
  sessions_refused_total: counter("Sessions that were not opened.", {
    labels: {
      reason: [
        "unauthorized",
        "slow",
        "origin",
        "bad_request",
        "full",
        "workers",
        "event_loop",
        "send_buffers",
        "memory",
        "key_limit",
        "address_limit",
        "connections",
        "handshake",
        "draining",
      ],
    },
  }),
  wrong_keys_total: counter("Keys that were shown and open nothing, with any kind of request."),
  session_duration_seconds: histogram("Time that a session lasted, in seconds.", DURATION_S),
  session_messages: histogram("Commands of a client in one session.", MESSAGES),
  session_barge_ins: histogram("Barge-ins in one session.", BARGE_INS),
  messages_total: counter("Messages received from clients (in) and sent to them (out).", {
    labels: {
      direction: "in or out",
      type: "the command's or event's type; invalid for one that was no usable command",
    },
  }),
  protocol_errors_total: counter(
    "Errors that clients were told about their requests or about the end of their session.",
    { labels: { code: "the error's code in the protocol" } },
  ),
  send_buffer_bytes: gauge("Bytes in the send buffers of all connections."),
  unpaced_sessions_waiting: gauge(
    "Sessions that are not paced and wait for their turn to send more than listeners need now.",
  ),
};
