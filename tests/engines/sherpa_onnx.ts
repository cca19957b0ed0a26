// Writes ONNX files: the few messages of onnx.proto that a tiny model needs, as protocol buffers.

/** A field of a message: its number and its value; a number is a varint. */
type Field = readonly [number: number, value: number | string | Uint8Array];

/** A node's attributes; all that are used here are whole numbers. */
type Attributes = Readonly<Record<string, number>>;

/** Types of tensors' elements. */
export const FLOAT = 1;
export const INT64 = 7;

/** `AttributeProto.type` of a whole number. */
const INT_ATTRIBUTE = 2;

/** A model: its parts as the functions below make them. */
export interface Graph {
  readonly nodes: readonly Uint8Array[];
  readonly constants: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** A `ModelProto` with these notes (`metadata_props`). */
export function model(graph: Graph, notes: Readonly<Record<string, string>>): Uint8Array {
  return message([
    [1, 8], // IR version
    [7, graphProto(graph)],
    [8, message([[1, ""], [2, 13]])], // operator set 13
    ...Object.entries(notes).map(([key, value]): Field => [14, message([[1, key], [2, value]])]),
  ]);
}

function graphProto({ nodes, constants, inputs, outputs }: Graph): Uint8Array {
  const all = (number: number, messages: readonly Uint8Array[]) =>
    messages.map((content): Field => [number, content]);
  return message([
    ...all(1, nodes),
    [2, "tiny"],
    ...all(5, constants),
    ...all(11, inputs),
    ...all(12, outputs),
  ]);
}

/** A `NodeProto` with one output. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes = {},
): Uint8Array {
  return message([
    ...inputs.map((name): Field => [1, name]),
    [2, output],
    [4, operator],
    ...Object.entries(attributes).map(([name, value]): Field => [
      5,
      message([[1, name], [3, value], [20, INT_ATTRIBUTE]]),
    ]),
  ]);
}

/** A `TensorProto` of floats. */
export function floats(
  name: string,
  shape: readonly number[],
  values: ArrayLike<number>,
): Uint8Array {
  return tensor(name, FLOAT, shape, new Uint8Array(Float32Array.from(values).buffer));
}

/** A `TensorProto` of 64-bit whole numbers. */
export function integers(
  name: string,
  shape: readonly number[],
  values: readonly number[],
): Uint8Array {
  return tensor(name, INT64, shape, new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
}

function tensor(
  name: string,
  type: number,
  shape: readonly number[],
  bytes: Uint8Array,
): Uint8Array {
  return message([...shape.map((size): Field => [1, size]), [2, type], [8, name], [9, bytes]]);
}

/** A `ValueInfoProto`: an input or output; a size that is not known has a name. */
export function value(name: string, type: number, shape: readonly (number | string)[]): Uint8Array {
  const sizes = shape.map((size): Field => [
    1,
    message([typeof size === "number" ? [1, size] : [2, size]]),
  ]);
  return message([[1, name], [2, message([[1, message([[1, type], [2, message(sizes)]])]])]]);
}

function message(fields: readonly Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    if (typeof value === "number") {
      parts.push(Uint8Array.of(...varint(number * 8), ...varint(value)));
      continue;
    }
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    parts.push(Uint8Array.of(...varint(number * 8 + 2), ...varint(bytes.length)), bytes);
  }
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number of at most 31 bits in groups of seven, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
  return [...bytes, rest];
}
