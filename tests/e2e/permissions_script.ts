/** Tries what a server that was taken over would try, and tells what it could do. */

const attempts: Record<string, () => unknown> = {
  "read /etc/passwd": () => Deno.readTextFileSync("/etc/passwd"),
  "read /proc/self/environ": () => Deno.readTextFileSync("/proc/self/environ"),
  "read its own configuration": () => Deno.readTextFileSync("deno.json"),
  "list the folder above": () => [...Deno.readDirSync("..")],
  "write into its own code": () => Deno.writeTextFileSync("src/version.ts", ""),
  "write into /tmp": () => Deno.writeTextFileSync("/tmp/syrinx-was-here", ""),
  "run a program": () => new Deno.Command("true").outputSync(),
  "load a library": () => Deno.dlopen("libc.so.6", {}),
  "read HOME": () => Deno.env.get("HOME"),
  "read all of the environment": () => Deno.env.toObject(),
  "learn the host's name": () => Deno.hostname(),
  "learn the users": () => Deno.uid(),
  "connect to another host": () => Deno.connect({ hostname: "192.0.2.1", port: 80 }),
  "look up a name": () => Deno.resolveDns("example.com", "A"),
  "fetch a page": () => fetch("http://example.com/"),
  "load code from elsewhere": () => import(`http://example.com/${crypto.randomUUID()}.ts`),
};

const could: string[] = [];
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    could.push(name);
  } catch (error) {
    const isRefused = error instanceof Deno.errors.NotCapable || error instanceof TypeError &&
        /permission|NotCapable|Requires .* access/i.test(String(error));
    if (!isRefused) could.push(`${name}: ${error}`);
  }
}
console.log(JSON.stringify(could));
