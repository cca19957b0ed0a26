/**
 * `deno task proto`: checks the contract against buf's rules and writes its TypeScript, and that of
 * gRPC's own health service.
 *
 * @module
 */

/** Where the generated code lives. */
export const generatedFolder = new URL("../src/grpc/gen/", import.meta.url);

/** The generated files, relative to {@linkcode generatedFolder}. */
export const generatedFiles: readonly string[] = [
  "tts/v1/tts_pb.ts",
  "grpc/health/v1/health_pb.ts",
];

/** The tools, run by npx: nothing of them is a dependency of the server. */
const TOOLS = ["@bufbuild/buf@1.70.0", "@bufbuild/protoc-gen-es@2.17.0"];

/** The generated text is not ours to format. */
const HEADER = "// deno-fmt-ignore-file\n// deno-lint-ignore-file\n";

/** Whether the tools are here, or can be fetched. */
export async function haveTools(): Promise<boolean> {
  try {
    return (await run("buf --version")).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Checks the contract and generates its code.
 *
 * @returns the text of each of {@linkcode generatedFiles}.
 * @throws {Error} with what buf says is wrong.
 */
export async function generate(): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const command =
      `buf lint && buf format --path tts --exit-code -d && buf generate -o "${folder}"`;
    const { success, stdout, stderr } = await run(command);
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stdout) + decoder.decode(stderr));
    return await Promise.all(generatedFiles.map(async (file) => {
      return HEADER + await Deno.readTextFile(`${folder}/${file}`);
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a shell command in this folder with the tools on its path. */
function run(command: string): Promise<Deno.CommandOutput> {
  const packages = TOOLS.flatMap((tool) => ["-p", tool]);
  return new Deno.Command("npx", {
    args: ["--yes", "--loglevel=error", ...packages, "-c", command],
    cwd: new URL(".", import.meta.url),
  }).output();
}

if (import.meta.main) {
  for (const [index, text] of (await generate()).entries()) {
    const url = new URL(generatedFiles[index]!, generatedFolder);
    await Deno.mkdir(new URL(".", url), { recursive: true });
    await Deno.writeTextFile(url, text);
  }
}
