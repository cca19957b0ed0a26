/**
 * Reading the files that settings name.
 *
 * @module
 */

/** The texts of files by their settings' names, and why some could not be read. */
export interface TextFiles<Name extends string> {
  readonly texts: Readonly<Record<Name, string>>;
  /** Each names the setting and the path. */
  readonly problems: readonly string[];
}

/** Reads them; the text of an empty path is empty. @param paths by the settings' names. */
export function readTextFiles<Name extends string>(
  paths: Readonly<Record<Name, string>>,
): TextFiles<Name> {
  const problems: string[] = [];
  const texts = {} as Record<Name, string>;
  for (const name of Object.keys(paths) as Name[]) {
    const path = paths[name];
    try {
      texts[name] = path === "" ? "" : Deno.readTextFileSync(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`${name}: cannot read ${JSON.stringify(path)}: ${reason}`);
    }
  }
  return { texts, problems };
}
