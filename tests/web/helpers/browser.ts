import { type Browser, chromium, type Page } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";

/** So that it starts anywhere, asks nobody outside, and plays without a click. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Plays without a click. */
export const AUTOPLAY = "--autoplay-policy=no-user-gesture-required";

/** Whether there is a browser to test with; else the reason is printed. */
export function hasBrowser(): boolean {
  try {
    return Deno.statSync(EXECUTABLE).isFile;
  } catch {
    console.log(`${EXECUTABLE} is not there: tests in a browser are left out`);
    return false;
  }
}

/** A page, and what it complained of. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts, in the console, and of the page's policy. */
  readonly complaints: readonly string[];
  /** What else its scripts wrote into the console. */
  readonly log: readonly string[];
}

/**
 * Opens a page in a browser of its own.
 *
 * @param args more arguments of the browser.
 * @param script runs before the page's scripts; it does not count as a gesture.
 */
export async function openPage(
  url: string,
  args: readonly string[] = [],
  script = "",
): Promise<OpenPage> {
  const browser: Browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: [...ARGS, ...args],
  });
  const page = await browser.newPage();
  if (script !== "") await page.addInitScript(script);
  const complaints: string[] = [];
  page.on("pageerror", (error) => void complaints.push(String(error)));
  const log: string[] = [];
  page.on("console", (message) => {
    (message.type() === "error" ? complaints : log).push(message.text());
  });
  await page.goto(url);
  return {
    page,
    complaints,
    log,
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
