import { assert, assertEquals } from "@std/assert";
import { staticRoutes } from "../../src/http/static_files.ts";

/** GetRoutes over a folder with these files. */
async function withFiles(
  files: Record<string, string>,
  test: (
    get: (path: string, headers?: Record<string, string>) => Promise<Response>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await Deno.mkdir(`${folder}/inner.js`);
    const routes = staticRoutes(new URL(`file://${folder}/`));
    await test(async (path, headers = {}) => {
      const request = new Request(`http://localhost${path}`, { headers });
      const context = { url: new URL(request.url), peer: "127.0.0.1", params: {} };
      return await routes[path]?.(request, context) ?? new Response(null, { status: 404 });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const LONG = "export const text = 'the same again and again';\n".repeat(50);

Deno.test("files have their types, and nothing else in the folder is served", async () => {
  const files = {
    "client.js": LONG,
    "client.d.ts": LONG,
    "index.html": "<p>",
    "a.css": "",
    "secret.txt": "",
  };
  await withFiles(files, async (get) => {
    const typeOf = async (path: string) => {
      const response = await get(path);
      return response.ok ? response.headers.get("content-type") : response.status;
    };
    assertEquals(await typeOf("/client.js"), "text/javascript; charset=utf-8");
    assertEquals(await typeOf("/client.d.ts"), "application/typescript; charset=utf-8");
    assertEquals(await typeOf("/"), "text/html; charset=utf-8");
    assertEquals(await typeOf("/a.css"), "text/css; charset=utf-8");
    for (const path of ["/secret.txt", "/index.html", "/inner.js"]) {
      assertEquals(await typeOf(path), 404);
    }
    assertEquals(await (await get("/client.js")).text(), LONG);
  });
});

Deno.test("a copy that is current is not sent again", async () => {
  await withFiles({ "client.js": LONG }, async (get) => {
    const first = await get("/client.js");
    assertEquals(first.headers.get("cache-control"), "no-cache");
    const etag = first.headers.get("etag")!;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const second = await get("/client.js", { "if-none-match": known });
      assertEquals([second.status, await second.text()], [304, ""]);
      assertEquals(second.headers.get("etag"), etag);
    }
    assertEquals((await get("/client.js", { "if-none-match": '"other"' })).status, 200);
  });
});

Deno.test("a name that tells its content may be kept for ever", async () => {
  await withFiles({ "chunk-5XQ2ABCD.js": LONG, "chunk-short.js": LONG }, async (get) => {
    const cacheOf = async (path: string) => (await get(path)).headers.get("cache-control");
    assertEquals(await cacheOf("/chunk-5XQ2ABCD.js"), "public, max-age=31536000, immutable");
    assertEquals(await cacheOf("/chunk-short.js"), "no-cache");
  });
});

Deno.test("who takes gzip gets it, where it gains something", async () => {
  await withFiles({ "client.js": LONG, "tiny.js": "1" }, async (get) => {
    for (const accept of ["gzip", "br, gzip;q=0.5", "deflate,gzip"]) {
      const response = await get("/client.js", { "accept-encoding": accept });
      assertEquals(response.headers.get("content-encoding"), "gzip", accept);
      const unzipped = response.body!.pipeThrough(new DecompressionStream("gzip"));
      assertEquals(await new Response(unzipped).text(), LONG);
    }
    for (const accept of ["", "br", "gzip;q=0", "gzip; q=0.0, br"]) {
      const response = await get("/client.js", { "accept-encoding": accept });
      assertEquals(response.headers.get("content-encoding"), null, accept);
      assertEquals(response.headers.get("vary"), "accept-encoding");
    }
    const tiny = await get("/tiny.js", { "accept-encoding": "gzip" });
    assertEquals(await tiny.text(), "1");
  });
});

Deno.test("a page runs nothing but what comes from here; the library is for other pages, too", async () => {
  await withFiles({ "index.html": "<p>", "client.js": LONG, "worklet.js": LONG }, async (get) => {
    const page = await get("/");
    const policy = page.headers.get("content-security-policy")!;
    assert(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
    assert(!/unsafe|\*|https?:/.test(policy), policy);
    assertEquals(page.headers.get("access-control-allow-origin"), null);
    for (const path of ["/client.js", "/worklet.js"]) {
      const { headers } = await get(path);
      assertEquals(headers.get("access-control-allow-origin"), "*");
      assertEquals(headers.get("cross-origin-resource-policy"), "cross-origin");
      assertEquals(headers.get("x-content-type-options"), "nosniff");
    }
    const { headers } = await get("/client.js");
    assertEquals(headers.get("x-typescript-types"), "./client.d.ts");
  });
});
