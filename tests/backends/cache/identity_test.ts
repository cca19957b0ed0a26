import { assertEquals, assertNotEquals } from "@std/assert";
import { engineIdentity, FleetIdentity } from "../../../src/backends/cache/identity.ts";

const flite = { version: "1.0.0", engine: "flite", modelDir: "" };

Deno.test("another engine or version is another sound", async () => {
  const names = await Promise.all([
    engineIdentity(flite),
    engineIdentity({ ...flite, engine: "espeak" }),
    engineIdentity({ ...flite, version: "1.0.1" }),
  ]);
  assertEquals(new Set(names).size, 3);
});

Deno.test("a model is known by its files, wherever it lies", async () => {
  const [here, there] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const nameOf = (modelDir: string) => engineIdentity({ ...flite, engine: "sherpa", modelDir });
  try {
    for (const folder of [here, there]) {
      await Deno.mkdir(`${folder}/espeak-ng-data`);
      await Deno.writeTextFile(`${folder}/model.onnx`, "weights");
    }
    await Deno.writeTextFile(`${here}/tokens.txt`, "a b");
    await Deno.writeTextFile(`${there}/tokens.txt`, "a b");
    assertEquals(await nameOf(here), await nameOf(there));
    await Deno.writeTextFile(`${there}/model.onnx`, "other weights");
    assertNotEquals(await nameOf(here), await nameOf(there));
  } finally {
    for (const folder of [here, there]) await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a fleet is named by the engines of its members, whether they are up or down", () => {
  const fleet = new FleetIdentity("1.0.0");
  const up = (backend: string, engine: string) =>
    fleet.note({ type: "backend_up", backend, engine, limit: 1 });
  up("a:1", "flite");
  const one = fleet.name;
  up("b:1", "flite");
  assertEquals(fleet.name, one);
  fleet.note({ type: "backend_down", backend: "a:1", reason: "unanswering" });
  fleet.note({ type: "backend_down", backend: "b:1", reason: "not_serving" });
  assertEquals(fleet.name, one);
  up("b:1", "espeak");
  const two = fleet.name;
  assertNotEquals(two, one);
  fleet.note({ type: "backend_down", backend: "b:1", reason: "removed" });
  assertEquals(fleet.name, one);
});

Deno.test("the order in which members come changes nothing", () => {
  const names = [["flite", "espeak"], ["espeak", "flite"]].map((engines) => {
    const fleet = new FleetIdentity("1.0.0");
    engines.forEach((engine, index) =>
      fleet.note({ type: "backend_up", backend: `${index}:1`, engine, limit: 1 })
    );
    return fleet.name;
  });
  assertEquals(names[0], names[1]);
});
