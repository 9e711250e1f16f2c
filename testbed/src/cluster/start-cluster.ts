// A cluster: etcd (shared), kube-apiserver, kube-controller-manager, kube-scheduler, and kwok for its nodes.
import { mkdir, writeFile } from "node:fs/promises";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WindlassError } from "@windlass/core";
import type { Binaries } from "../binaries/ensure-binaries.ts";
import type { Keeper } from "../keeper/start-keeper.ts";
import { type Authority, createAuthority } from "../tls/authority.ts";
import { type ClusterAccess, type ClusterRecord, openCluster } from "./cluster-access.ts";
import { type Component, startComponent } from "./component.ts";
import { apiServerArgs, type ClusterPlan, controllerManagerArgs, kwokArgs, schedulerArgs } from "./control-plane.ts";
import { addNode, isSchedulable } from "./fake-node.ts";
import { findFreePort } from "./free-port.ts";
import { formatKubeconfig } from "./kubeconfig.ts";

/** What a cluster is started with. */
export interface ClusterOptions {
  /** Lower-case letters, digits and dashes; unique in its testbed. Default: `testbed`. */
  readonly name?: string;
  /** More flags for kube-apiserver, such as `--max-requests-inflight=5`. */
  readonly apiServerFlags?: readonly string[];
}

/** A cluster of one's own: its programs can be paused, killed and started again. */
export interface Cluster extends ClusterAccess {
  /** Everything of this cluster: kubeconfigs, certificates, `logs/`. Opened again by `openCluster`. */
  readonly directory: string;
  readonly logsDirectory: string;
  readonly apiServer: Component;
  readonly controllerManager: Component;
  readonly scheduler: Component;
  readonly kwok: Component;
  /** Freezes the API server: connections hang, as with a network that swallows packets. */
  pause(): void;
  resume(): void;
  /** Kills the programs of this cluster. The directory goes with the testbed. */
  stop(): Promise<void>;
}

/** What a cluster needs from the testbed it is part of. */
export interface ClusterSurroundings {
  readonly keeper: Keeper;
  readonly binaries: Binaries;
  readonly directory: string;
  readonly etcdSocket: string;
}

const portAttempts = 5;
const nodeName = "node-1";
const kwokConfigPath = fileURLToPath(new URL("./kwok.yaml", import.meta.url));
/** The controller manager makes it as soon as it works. */
const defaultServiceAccount = "/api/v1/namespaces/default/serviceaccounts/default";

/**
 * A cluster that takes Pods: it has a ready node, a default StorageClass and the default ServiceAccount's controllers at work.
 *
 * Errors: `unavailable` when a program ends early (the end of its log is in the message), `timeout`.
 */
export const startClusterIn = async (surroundings: ClusterSurroundings, options: ClusterOptions): Promise<Cluster> => {
  const { name = "testbed", apiServerFlags = [] } = options;
  const directory = join(surroundings.directory, name);
  const logsDirectory = join(directory, "logs");
  await mkdir(logsDirectory, { recursive: true });
  const authority = createAuthority(`windlass-testbed-${name}`);
  const run = createRun(surroundings, logsDirectory);

  const { plan, apiServer } = await startApiServer(run, authority, {
    name,
    directory,
    apiServerFlags,
    etcdSocket: surroundings.etcdSocket,
    port: 0,
  });
  const access = await openCluster(directory);
  const [controllerManager, scheduler, kwok] = await Promise.all([
    run("kube-controller-manager", controllerManagerArgs(plan), () => access.request("GET", defaultServiceAccount).then(() => true)),
    run("kube-scheduler", schedulerArgs(plan)),
    run("kwok", kwokArgs(plan, kwokConfigPath), () => isSchedulable(access.request, nodeName)),
    access.request("POST", "/apis/storage.k8s.io/v1/storageclasses", standardStorageClass),
    addNode(access.request, nodeName),
  ]);
  const components = { apiServer, controllerManager, scheduler, kwok };
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(components).map((component) => component.kill()));
  };
  return { ...access, ...components, directory, logsDirectory, pause: apiServer.pause, resume: apiServer.resume, stop };
};

type Run = (name: keyof Binaries, args: readonly string[], isReady?: () => Promise<boolean>) => Promise<Component>;

const createRun =
  ({ keeper, binaries }: ClusterSurroundings, logsDirectory: string): Run =>
  (name, args, isReady) =>
    startComponent(keeper, { name, command: binaries[name], args, logsDirectory, ...(isReady && { isReady }) });

/** Another process can take the port between our look and the server's bind: then another port is tried. */
const startApiServer = async (
  run: Run,
  authority: Authority,
  draft: ClusterPlan,
): Promise<{ readonly plan: ClusterPlan; readonly apiServer: Component }> => {
  for (let attempt = 1; ; attempt++) {
    const plan = { ...draft, port: await findFreePort() };
    await writeClusterFiles(plan, authority);
    const { request } = await openCluster(plan.directory);
    try {
      return { plan, apiServer: await run("kube-apiserver", apiServerArgs(plan), async () => (await request("GET", "/readyz")) === "ok") };
    } catch (error) {
      const isPortTaken = error instanceof WindlassError && error.details.isPortTaken === true;
      if (!isPortTaken || attempt === portAttempts) throw error;
    }
  }
};

/** All that the programs read from disk. Private keys are for the owner only, as is the testbed's directory. */
const writeClusterFiles = async ({ name, directory, port }: ClusterPlan, authority: Authority): Promise<void> => {
  const url = `https://127.0.0.1:${port}`;
  const write = (file: string, content: string): Promise<void> => writeFile(join(directory, file), content, { mode: 0o600 });
  const server = authority.issue({ usage: "server", subject: { commonName: "kube-apiserver" }, hosts: ["127.0.0.1", "localhost"] });
  const admin = authority.issue({ usage: "client", subject: { commonName: "windlass-testbed-admin", organizations: ["system:masters"] } });
  const writeKubeconfig = (file: string, user: string, groups: readonly string[]): Promise<void> => {
    const credential = authority.issue({ usage: "client", subject: { commonName: user, organizations: groups } });
    return write(file, formatKubeconfig({ name, url, authority: authority.certificate, user, credential }));
  };
  await Promise.all([
    write("cluster.json", JSON.stringify({ name, url } satisfies ClusterRecord)),
    write("ca.crt", authority.certificate),
    write("ca.key", authority.key),
    write("server.crt", server.certificate),
    write("server.key", server.key),
    write("admin.crt", admin.certificate),
    write("admin.key", admin.key),
    write(
      "service-account.key",
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" }).toString(),
    ),
    write(
      "kubeconfig",
      formatKubeconfig({ name, url, authority: authority.certificate, user: "windlass-testbed-admin", credential: admin }),
    ),
    writeKubeconfig("controller-manager.kubeconfig", "system:kube-controller-manager", ["system:masters"]),
    writeKubeconfig("scheduler.kubeconfig", "system:kube-scheduler", []),
    writeKubeconfig("kwok.kubeconfig", "testbed:kwok", ["system:masters"]),
  ]);
};

const standardStorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "testbed.windlass.dev/volume",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};
