/** Where Deepgram's SDK and LiveKit's plugin for it are installed, once for all runs. */

/** What is installed; the last two are what LiveKit's packages leave to their users. */
const PACKAGES = [
  "@deepgram/sdk@5.13.0",
  "@livekit/agents@1.9.0",
  "@livekit/agents-plugin-deepgram@1.9.0",
  "@livekit/rtc-node@0.13.35",
  "zod@4.6.7",
];

/**
 * Registers a test that plays with the clients. Where they are not to be had the test is ignored, and
 * its name says why: what is printed outside tests is not shown.
 */
export function testWithClients(
  name: string,
  test: (packages: string, t: Deno.TestContext) => Promise<void>,
): void {
  if (installed instanceof Error) Deno.test.ignore(`${name} (${installed.message})`, () => {});
  else Deno.test(name, (t) => test(installed, t));
}

const installed = await install().catch((error: Error) =>
  new Error(`the clients cannot be had: ${error.message}`)
);

/** Gives the folder. */
async function install(): Promise<string> {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const folder = `${home}/syrinx-tests/deepgram-clients`;
  const isThere = await Deno.stat(folder).then(() => true, () => false);
  if (isThere) return folder;
  await Deno.mkdir(`${folder}.parts`, { recursive: true });
  const work = await Deno.makeTempDir({ dir: `${folder}.parts` });
  try {
    const options = ["--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund"];
    const npm = new Deno.Command("npm", { args: ["install", ...options, ...PACKAGES] });
    const { success, stderr } = await npm.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
    await Deno.rename(work, folder);
    return folder;
  } finally {
    await Deno.remove(`${folder}.parts`, { recursive: true });
  }
}
