/** What Cartesia's clients send. */

/** A request for 16-bit audio at the scripted voices' own rate. */
export function generation(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    model_id: "sonic-3",
    transcript: "Hello there.",
    voice: { mode: "id", id: "one" },
    output_format: { container: "raw", encoding: "pcm_s16le", sample_rate: 16_000 },
    ...fields,
  };
}

/** A message of a context. */
export function input(
  context_id: string,
  transcript: string,
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  return generation({ context_id, transcript, ...fields });
}
