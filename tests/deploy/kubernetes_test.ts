import { assert, assertEquals, assertGreater } from "@std/assert";
import { healthRoutes } from "../../src/http/health.ts";
import { SERVICE_NAME } from "../../src/grpc/definitions.ts";
import { catalogue } from "../../src/telemetry/metrics/catalogue.ts";
import {
  envFile,
  numberOf,
  problemsOf,
  ROOT,
  text,
  type Tree,
  type Variables,
  yaml,
  yamlDocuments,
} from "./files.ts";

const FOLDER = "deploy/kubernetes/";

/** The two Deployments: their file, their variables, and where their ports are set. */
const PROGRAMS = [
  {
    file: "server.yaml",
    env: "server.env",
    ports: { http: "PORT" },
    drain: "DRAIN_MS",
  },
  {
    file: "tts-worker.yaml",
    env: "tts-worker.env",
    ports: { grpc: "TTS_WORKER_PORT", metrics: "TTS_WORKER_METRICS_PORT" },
    drain: "TTS_WORKER_DRAIN_MS",
  },
];

/** All documents of the folder and its components, but what kustomize and Helm read. */
async function everything(): Promise<Tree[]> {
  const { resources } = await yaml(`${FOLDER}kustomization.yaml`);
  const files: string[] = [...resources, ...await componentFiles()];
  return (await Promise.all(files.map((file) => yamlDocuments(FOLDER + file)))).flat();
}

async function componentFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(new URL(`${FOLDER}components`, ROOT))) {
    const folder = `components/${name}/`;
    const { resources = [], patches = [] } = await yaml(`${FOLDER}${folder}kustomization.yaml`);
    const paths = [...resources, ...patches.map(({ path }: Tree) => path)];
    files.push(...paths.map((path) => folder + path));
  }
  return files;
}

async function only(kind: string): Promise<Tree[]> {
  const found = (await everything()).filter((document) => document.kind === kind);
  assertGreater(found.length, 0, kind);
  return found;
}

/** The pod templates by the label that everything else selects them by. */
async function pods(): Promise<Map<string, Tree>> {
  const deployments = await only("Deployment");
  return new Map(deployments.map(({ spec }) => {
    const { template } = spec;
    return [template.metadata.labels["app.kubernetes.io/name"], template.spec];
  }));
}

/** The variables of a container: of its file, and those that are set one by one. */
async function variablesOf(env: string, container: Tree): Promise<Variables> {
  const single = (container.env ?? []).map(({ name }: Tree) => [name, "1"]);
  return { ...await envFile(FOLDER + env), ...Object.fromEntries(single) };
}

Deno.test("kustomize is told of every file, and of no other", async () => {
  const { resources, configMapGenerator } = await yaml(`${FOLDER}kustomization.yaml`);
  const named = [...resources, ...configMapGenerator.flatMap(({ envs }: Tree) => envs)];
  const there = Array.from(Deno.readDirSync(new URL(FOLDER, ROOT)))
    .filter(({ name, isFile }) => isFile && name !== "kustomization.yaml")
    .map(({ name }) => name);
  assertEquals(named.toSorted(), there.toSorted());
  for (const file of await componentFiles()) await Deno.stat(new URL(FOLDER + file, ROOT));
  const offered = (await text(`${FOLDER}kustomization.yaml`)).matchAll(/# {3}- (components\/\S+)/g);
  const components = Array.from(Deno.readDirSync(new URL(`${FOLDER}components`, ROOT)));
  assertEquals(
    offered.map(([, path]) => path!).toArray().toSorted(),
    components.map(({ name }) => `components/${name}`).toSorted(),
  );
});

Deno.test("every variable is one of a setting, with a value that it takes", async () => {
  for (const { file, env } of PROGRAMS) {
    const [{ spec }] = await yamlDocuments(FOLDER + file);
    const [container] = spec.template.spec.containers;
    assertEquals(problemsOf(await variablesOf(env, container)), [], file);
  }
  const { configMapGenerator } = await yaml(`${FOLDER}kustomization.yaml`);
  for (const [name, { containers }] of await pods()) {
    const references = containers[0].envFrom.map(({ configMapRef }: Tree) => configMapRef?.name);
    const generated = configMapGenerator.find((map: Tree) => map.name === name);
    assert(references.includes(generated.name), name);
  }
});

Deno.test("ports and probes are those of the programs", async () => {
  const paths = Object.keys(healthRoutes({ check: () => ({}) as never }));
  for (const { file, env, ports } of PROGRAMS) {
    const [{ spec }] = await yamlDocuments(FOLDER + file);
    const [container] = spec.template.spec.containers;
    const variables = await envFile(FOLDER + env);
    const wanted = Object.entries(ports)
      .map(([name, variable]) => ({ name, containerPort: numberOf(variables, variable) }));
    assertEquals(container.ports, wanted);
    for (const kind of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      const { httpGet, grpc } = container[kind];
      if (httpGet !== undefined) {
        assert(paths.includes(httpGet.path), httpGet.path);
        assert(httpGet.port in ports, httpGet.port);
      } else {
        assertEquals(grpc.port, wanted.find(({ name }) => name === "grpc")!.containerPort);
        assert(["", SERVICE_NAME].includes(grpc.service ?? ""), grpc.service);
      }
    }
  }
});

Deno.test("a pod has time to leave: for its preStop, for its drain and for good-byes", async () => {
  for (const { file, env, drain } of PROGRAMS) {
    const [{ spec }] = await yamlDocuments(FOLDER + file);
    const { terminationGracePeriodSeconds, containers: [container] } = spec.template.spec;
    const preStopS = Number(container.lifecycle?.preStop.exec.command[1] ?? 0);
    const drainS = numberOf(await envFile(FOLDER + env), drain) / 1000;
    assertGreater(terminationGracePeriodSeconds, preStopS + drainS + 5, file);
    assertEquals(spec.strategy.rollingUpdate.maxUnavailable, 0);
  }
});

Deno.test("containers may do nothing that they need not", async () => {
  for (const [name, pod] of await pods()) {
    assertEquals(pod.automountServiceAccountToken, false, name);
    assertEquals(pod.securityContext.runAsNonRoot, true, name);
    assertEquals(pod.securityContext.seccompProfile.type, "RuntimeDefault", name);
    for (const { securityContext, resources } of pod.containers) {
      assertEquals(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      }, name);
      assert(resources.requests.cpu && resources.requests.memory && resources.limits.memory, name);
    }
  }
});

Deno.test("whatever selects pods finds them, by labels and ports that they have", async () => {
  const all = await pods();
  const portsOf = (name: string) => all.get(name).containers[0].ports;
  const check = (selector: Tree, what: string) => {
    const name = selector["app.kubernetes.io/name"];
    assert(all.has(name), `${what} selects ${name}`);
    return name;
  };
  for (const { metadata, spec } of await only("Service")) {
    const name = check(spec.selector, metadata.name);
    for (const { targetPort } of spec.ports) {
      assert(portsOf(name).some((port: Tree) => port.name === targetPort), targetPort);
    }
  }
  for (const kind of ["PodDisruptionBudget", "PodMonitor", "Deployment"]) {
    for (const { metadata, spec } of await only(kind)) {
      check(spec.selector.matchLabels, `${kind} ${metadata.name}`);
    }
  }
  for (const { metadata, spec } of await only("NetworkPolicy")) {
    const name = check(spec.podSelector.matchLabels, metadata.name);
    const numbers = portsOf(name).map(({ containerPort }: Tree) => containerPort);
    const open = spec.ingress.flatMap(({ ports }: Tree) => ports.map(({ port }: Tree) => port));
    assertEquals(open.toSorted(), numbers.toSorted(), metadata.name);
  }
  for (const { metadata, spec } of await only("HorizontalPodAutoscaler")) {
    // A patch changes what has its name, and says only what changes.
    assert(all.has(metadata.name), metadata.name);
    assertEquals(spec.scaleTargetRef?.name ?? metadata.name, metadata.name);
  }
  for (const { spec } of await only("PodMonitor")) {
    const name = check(spec.selector.matchLabels, "PodMonitor");
    for (const { port } of spec.podMetricsEndpoints) {
      assert(portsOf(name).some((one: Tree) => one.name === port), port);
    }
  }
});

Deno.test("the servers find the workers by the headless Service, and may reach them", async () => {
  const { TTS_BACKENDS } = await envFile(`${FOLDER}server.env`);
  const workers = (await only("Service")).find(({ spec }) => spec.clusterIP === "None");
  const { port } = workers.spec.ports[0];
  assertEquals(TTS_BACKENDS, `dns:///${workers.metadata.name}:${port}`);
  const policies = await only("NetworkPolicy");
  const server = policies.find(({ metadata }) => metadata.name === "syrinx-server");
  const [toWorkers] = server.spec.egress;
  assertEquals(toWorkers.to[0].podSelector.matchLabels, workers.spec.selector);
  assertEquals(toWorkers.ports, [{ port }]);
});

Deno.test("autoscalers go by metrics that the programs have, and before a server is full", async () => {
  const worker = await text("src/tts_worker/metrics.ts");
  const values = await yaml(`${FOLDER}components/custom-metrics/prometheus-adapter-values.yaml`);
  const offered = values.rules.custom.map(({ name }: Tree) => name.as);
  for (const { seriesQuery, metricsQuery } of values.rules.custom) {
    const names = `${seriesQuery} ${metricsQuery}`.match(/\b(?:tts_worker|sessions)_\w+/g)!;
    for (const name of names) {
      const known = name.startsWith("tts_worker_")
        ? worker.includes(name) || worker.includes(`"${name.slice("tts_worker_".length)}"`)
        : name in catalogue;
      assert(known, name);
    }
  }
  const { MAX_SESSIONS } = await envFile(`${FOLDER}server.env`);
  for (const { spec } of await only("HorizontalPodAutoscaler")) {
    for (const { pods } of spec.metrics.filter(({ type }: Tree) => type === "Pods")) {
      assert(offered.includes(pods.metric.name), pods.metric.name);
      if (pods.metric.name !== "sessions_active") continue;
      assertGreater(Number(MAX_SESSIONS), Number(pods.target.averageValue));
    }
  }
});
