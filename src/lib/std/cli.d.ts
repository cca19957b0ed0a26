/** Types of the parts of `@std/cli` in use, for the JavaScript that `npm:deno-std` carries. */

export interface ParseOptions {
  /** Flags without a value. */
  readonly boolean?: readonly string[];
  /** Flags with a value. */
  readonly string?: readonly string[];
  /** Flags that may be given more than once; their values are arrays. */
  readonly collect?: readonly string[];
  readonly alias?: Readonly<Record<string, string>>;
  readonly default?: Readonly<Record<string, unknown>>;
  /** Called for each argument that is not declared; false leaves it out. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Parses `--flag value` and `--flag=value`; `_` holds what belongs to no flag. */
export function parseArgs(
  args: readonly string[],
  options?: ParseOptions,
): Record<string, unknown> & { _: (string | number)[] };
