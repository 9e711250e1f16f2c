// First sync and unchanged visit of 1,000 applications × 4 objects, beside the same objects as bare server-side applies by the same client.
import { setTimeout as sleep } from "node:timers/promises";
import { type KubeObject, defaultRules } from "@windlass/core";
import { Keeper, type KubeClient, createKubeClient, loadKubeconfig } from "@windlass/engine";
import { startCluster } from "@windlass/testbed";
import type { Measurement } from "./main.ts";

const appObjects = (index: number, namespace: string): readonly KubeObject[] => {
  const app = `app-${index}`;
  const metadata = { name: app, namespace, labels: { app } };
  const container = { name: "web", image: "registry.example/web:1.4.2", ports: [{ containerPort: 8080, protocol: "TCP" }] };
  const template = { metadata: { labels: { app } }, spec: { containers: [container] } };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "app.yaml": `name: ${app}\nlevel: info\n` } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080, protocol: "TCP" }] } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1, selector: { matchLabels: { app } }, template } },
  ];
};

interface Cost {
  readonly seconds: number;
  /** Processor time of this process, and of the API server. On a machine that is shared, these say more than the clock. */
  readonly ownCpu: number;
  readonly serverCpu: number;
}

const serverCpu = async (kube: KubeClient): Promise<number> =>
  Number(/^process_cpu_seconds_total ([\d.e+]+)$/m.exec(String(await kube.raw("GET", "/metrics")))?.[1]);

const measure = async (kube: KubeClient, work: () => Promise<unknown>): Promise<Cost> => {
  const serverBefore = await serverCpu(kube);
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds, ownCpu: (user + system) / 1e6, serverCpu: (await serverCpu(kube)) - serverBefore };
};

/** Requests that the API server itself counted, by verb; the watch connections among them. */
const serverCounts = async (kube: KubeClient): Promise<ReadonlyMap<string, number>> => {
  const text = String(await kube.raw("GET", "/metrics"));
  const counts = new Map<string, number>();
  for (const [, labels = "", value = "0"] of text.matchAll(/^apiserver_request_total\{([^}]*)\} ([\d.e+]+)$/gm)) {
    const verb = /verb="([^"]*)"/.exec(labels)?.[1] ?? "";
    counts.set(verb, (counts.get(verb) ?? 0) + Number(value));
  }
  return counts;
};

const quietMs = 2_000;
const settleMs = 300_000;

/** Until the controllers have caught up, so that one part does not pay for what another one left behind. */
const settle = async (kube: KubeClient): Promise<void> => {
  const writes = async (): Promise<number> => {
    const counts = await serverCounts(kube);
    return ["POST", "PUT", "PATCH", "DELETE"].reduce((sum, verb) => sum + (counts.get(verb) ?? 0), 0);
  };
  const end = performance.now() + settleMs;
  for (let before = -1; performance.now() < end;) {
    const now = await writes();
    // Leases are renewed all the time.
    if (before >= 0 && now - before < 20) return;
    before = now;
    await sleep(quietMs);
  }
  throw new Error(`the cluster did not come to rest within ${settleMs / 1000} s`);
};

const createKeeper = (kube: KubeClient, problems: string[]): Keeper => {
  let runs = 0;
  return new Keeper({
    kube,
    now: Date.now,
    newId: () => `bench${runs++}`.padEnd(10, "x"),
    random: Math.random,
    workers: 64,
    onSync: (result) => {
      if (result.outcome !== "succeeded") problems.push(`${result.placement.name}: ${result.outcome}`);
    },
    onError: (placement, error) => void problems.push(`${placement.name}: ${String(error)}`),
  });
};

const keepAll = async (keeper: Keeper, applications: number, namespace: string): Promise<void> => {
  const toSource = (object: KubeObject) => ({ object, origin: { file: "app.yaml", document: 1, line: 1 } });
  const spec = (index: number) => ({
    placement: { name: `app-${index}`, namespace },
    revision: "r1",
    rules: defaultRules,
    timeoutMs: 600_000,
    objects: appObjects(index, namespace).map(toSource),
  });
  await Promise.all(Array.from({ length: applications }, (_, index) => keeper.keep(spec(index))));
  await keeper.idle();
};

const compare = (metric: string, value: number, baseline: number): Measurement => ({
  metric,
  value,
  unit: "s",
  baseline,
  ratio: value / baseline,
});

/** Runs the benchmark on a cluster of its own. Throws when any sync did not succeed. */
export const benchApply = async (applications: number): Promise<readonly Measurement[]> => {
  const cluster = await startCluster({ name: "bench" });
  const kube = createKubeClient({ config: await loadKubeconfig({ path: cluster.kubeconfigPath, env: {} }) });
  const problems: string[] = [];
  const keeper = createKeeper(kube, problems);
  try {
    const [warm, bare, kept] = ["warm", "bare", "kept"] as const;
    for (const name of [warm, bare, kept]) await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const applyBare = (count: number, namespace: string) =>
      Promise.all(
        Array.from({ length: count }, (_, index) => appObjects(index, namespace))
          .flat()
          .map((object) => kube.apply(object, { force: true })),
      );
    await applyBare(Math.min(50, applications), warm);
    await settle(kube);
    const bareCost = await measure(kube, () => applyBare(applications, bare));
    await settle(kube);
    const firstCost = await measure(kube, () => keepAll(keeper, applications, kept));
    await settle(kube);
    const before = { ...kube.requestCounts };
    const beforeServer = await serverCounts(kube);
    const unchanged = await measure(kube, async () => {
      keeper.visitAll();
      await keeper.idle();
    });
    const afterServer = await serverCounts(kube);
    const sent = Object.entries(kube.requestCounts)
      .filter(([verb]) => verb !== "raw" && verb !== "get")
      .reduce((sum, [verb, count]) => sum + count - (before[verb] ?? 0), 0);
    const writes = ["APPLY", "PATCH", "POST", "PUT", "DELETE"].map((verb) => `${verb} ${afterServer.get(verb) ?? 0}`).join(", ");
    process.stderr.write(
      `requests counted by the API server so far: ${writes}; during the unchanged visit: APPLY ${(afterServer.get("APPLY") ?? 0) - (beforeServer.get("APPLY") ?? 0)}\n`,
    );
    if (problems.length > 0) throw new Error(`${problems.length} syncs did not succeed: ${problems[0]}`);
    return [
      { metric: "first-sync.bareSeconds", value: bareCost.seconds, unit: "s" },
      compare("first-sync.seconds", firstCost.seconds, bareCost.seconds),
      { metric: "first-sync.ratio", value: firstCost.seconds / bareCost.seconds, unit: "", goal: 1.3 },
      compare("first-sync.ownCpuSeconds", firstCost.ownCpu, bareCost.ownCpu),
      compare("first-sync.serverCpuSeconds", firstCost.serverCpu, bareCost.serverCpu),
      { metric: "unchanged.seconds", value: unchanged.seconds, unit: "s", goal: 1 },
      { metric: "unchanged.requests", value: sent, unit: "", goal: 0 },
      { metric: "memory.peakMiB", value: process.resourceUsage().maxRSS / 1024, unit: "MiB" },
    ];
  } finally {
    await keeper.close();
    await kube.close();
    await cluster.stop();
  }
};
