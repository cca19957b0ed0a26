import { assertEquals } from "@std/assert";

Deno.test("a process survives connections that are closed in peace", async () => {
  const script = new URL("./goaway_script.ts", import.meta.url);
  const { code, signal, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script.href],
    stderr: "inherit",
  }).output();
  const printed = new TextDecoder().decode(stdout);
  assertEquals({ code, signal, printed }, { code: 0, signal: null, printed: "alive\n" });
});
