/**
 * JSON schemas in few words. Only keywords are used that mean the same in both dialects that the
 * descriptions need: JSON Schema 2020-12 (OpenAPI 3.1) and draft 7 (AsyncAPI 3.0).
 *
 * An object may have more fields than its schema names: a later server may tell more, and the server
 * reads past fields that it does not know.
 *
 * @module
 */

/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas by the names of an object's fields. */
export type Fields = Readonly<Record<string, Schema>>;

/** A text. */
export function string(description: string, keywords: Schema = {}): Schema {
  return { type: "string", description, ...keywords };
}

/** A number, possibly with a range. */
export function number(description: string, keywords: Schema = {}): Schema {
  return { type: "number", description, ...keywords };
}

/** A whole number, possibly with a range. */
export function integer(description: string, keywords: Schema = {}): Schema {
  return { type: "integer", description, ...keywords };
}

/** True or false. */
export function boolean(description: string, keywords: Schema = {}): Schema {
  return { type: "boolean", description, ...keywords };
}

/** One of a few values. */
export function choice(description: string, values: readonly unknown[]): Schema {
  return { description, enum: values };
}

/** Exactly this value. */
export function constant(value: string | number | boolean): Schema {
  return { const: value };
}

/** That, or null. */
export function nullable(schema: Schema): Schema {
  return { ...schema, type: [schema.type, "null"] };
}

/** A list. */
export function array(description: string, items: Schema): Schema {
  return { type: "array", description, items };
}

/** An object with fields that it must have, and others that it may have. */
export function object(required: Fields, optional: Fields = {}): Schema {
  const names = Object.keys(required);
  return {
    type: "object",
    properties: { ...required, ...optional },
    ...(names.length === 0 ? {} : { required: names }),
  };
}

/** An object of that kind, with words about it. */
export function described(description: string, schema: Schema): Schema {
  return { description, ...schema };
}

/** An object whose fields have names of any kind. */
export function map(description: string, values: Schema): Schema {
  return { type: "object", description, additionalProperties: values };
}

/** The schema of that name among the document's components. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
