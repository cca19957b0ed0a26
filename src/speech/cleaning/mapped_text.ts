/**
 * Text that remembers where each of its characters came from, through any number of edits.
 *
 * @module
 */

/** A range of text and what takes its place; all positions are UTF-16 indices. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  /** Empty to take the range out. */
  readonly text: string;
}

/** A text and, for each of its UTF-16 units, the index in the text that it was made from. */
export class MappedText {
  readonly text: string;
  /** Left out while every unit is still in its place, which is so for most text. */
  readonly #source: Uint32Array | undefined;

  constructor(text: string, source?: Uint32Array) {
    this.text = text;
    this.#source = source;
  }

  /** Index of each unit in the original text; never descending. */
  get source(): Uint32Array {
    return this.#source ?? identityMap(this.text.length, 0);
  }

  /**
   * The text with all of `edits` made, in any order. Of two that overlap the earlier one wins the
   * common part. A unit that was put in is mapped to the unit in whose place it stands, so a
   * replacement of the same length keeps the map exact, and a pure insertion takes its right
   * neighbour's index (at the end: its left one's).
   */
  edit(edits: readonly Edit[]): MappedText {
    if (edits.length === 0) return this;
    const old = this.source;
    const parts: string[] = [];
    const spans: { readonly from: number; readonly to: number; readonly length: number }[] = [];
    let length = 0;
    let position = 0;
    const take = (text: string, from: number, to: number) => {
      if (text === "") return;
      parts.push(text);
      spans.push({ from, to, length: text.length });
      length += text.length;
    };
    for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
      const start = Math.max(edit.start, position);
      if (edit.end < start) continue;
      take(this.text.slice(position, start), position, start - 1);
      take(edit.text, start, Math.max(start, edit.end - 1));
      position = edit.end;
    }
    take(this.text.slice(position), position, this.text.length - 1);
    const source = new Uint32Array(length);
    const last = old.length - 1;
    let at = 0;
    for (const span of spans) {
      const to = Math.min(span.to, last);
      for (let i = 0; i < span.length; i++) source[at++] = old[Math.min(span.from + i, to)] ?? 0;
    }
    return new MappedText(parts.join(""), source);
  }

  /**
   * The text with each match of `pattern` (which must be global) replaced by what `replacement`
   * returns, a string for the whole match or edits within the text; undefined leaves it alone.
   */
  replace(
    pattern: RegExp,
    replacement: (match: RegExpExecArray) => string | Edit | readonly Edit[] | undefined,
  ): MappedText {
    const edits: Edit[] = [];
    for (const match of this.text.matchAll(pattern)) {
      const result = replacement(match);
      if (result === undefined) continue;
      if (typeof result === "string") {
        edits.push({ start: match.index, end: match.index + match[0].length, text: result });
      } else if ("start" in result) edits.push(result);
      else edits.push(...result);
    }
    return this.edit(edits);
  }
}

/** The map of `length` units that all stand where they were, `offset` units into the original. */
export function identityMap(length: number, offset: number): Uint32Array {
  const map = new Uint32Array(length);
  for (let i = 0; i < length; i++) map[i] = i + offset;
  return map;
}

/** An edit that takes a range out. */
export function remove(start: number, end: number): Edit {
  return { start, end, text: "" };
}
