// What the tests of this folder share: a real cluster, a namespace of their own, objects in a line.
import { randomUUID } from "node:crypto";
import { type KubeObject, type ObjectRef, type SourcedObject, type SyncRules, WindlassError, defaultRules, groupOf } from "@windlass/core";
import { inject } from "vitest";

import { createKubeClient } from "../kube/client.ts";
import { loadKubeconfig } from "../kube/kubeconfig.ts";
import type { KubeClient } from "../kube/types.ts";
import { syncPlacement } from "./sync.ts";
import type { SyncRequest, SyncResult } from "./types.ts";

export const connect = async (): Promise<KubeClient> =>
  createKubeClient({ config: await loadKubeconfig({ path: inject("kubeconfig" as never), env: {} }) });

export const newId = (): string => randomUUID().replaceAll("-", "").slice(0, 10);

/** A namespace that exists, with a name of its own. */
export const createNamespace = async (kube: KubeClient, label: string): Promise<string> => {
  const name = `${label}-${newId().slice(0, 6)}`;
  await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return name;
};

const sourced = (object: KubeObject, line = 1): SourcedObject => ({ object, origin: { file: "app.yaml", document: 1, line } });

export const configMap = (
  name: string,
  data: Readonly<Record<string, string>>,
  metadata: Partial<KubeObject["metadata"]> = {},
): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});

export const deployment = (
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Partial<KubeObject["metadata"]> = {},
): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, ...metadata },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "registry.example/app:1.0.0" }] } },
    ...spec,
  },
});

export interface TestPlacement {
  readonly namespace: string;
  sync(
    objects: readonly KubeObject[],
    options?: Partial<Omit<SyncRequest, "rules">> & { readonly rules?: Partial<SyncRules>; readonly checkpoint?: (name: string) => void },
  ): Promise<SyncResult>;
  find(ref: string): Promise<KubeObject | undefined>;
  /** `outcome Kind/name` of each result, sorted. */
  outcomes(result: SyncResult): readonly string[];
}

/** `ConfigMap/name`, `apps/Deployment/name`: a ref in the placement's namespace. */
const parseRef = (text: string, namespace: string): ObjectRef => {
  const parts = text.split("/");
  const [group, kind, name] = parts.length === 3 ? parts : ["", ...parts];
  return { group: group ?? "", kind: kind ?? "", namespace, name: name ?? "" };
};

export const createPlacement = (kube: KubeClient, namespace: string, name = "web"): TestPlacement => ({
  namespace,
  sync: (objects, { rules, checkpoint, ...options } = {}) =>
    syncPlacement(
      { kube, now: Date.now, newId, ...(checkpoint ? { checkpoint } : {}) },
      {
        placement: { name, namespace },
        revision: `main@sha1:${newId()}`,
        objects: objects.map((object, index) => sourced(object, index + 1)),
        wait: false,
        dryRun: false,
        timeoutMs: 30_000,
        ...options,
        rules: { ...defaultRules, ...rules },
      },
    ),
  find: (ref) => kube.find(parseRef(ref, namespace)),
  outcomes: ({ results }) => results.map(({ outcome, ref }) => `${outcome} ${ref.kind}/${ref.name}`).toSorted(),
});

/** What a promise was rejected with, as the error people see. */
export const failureOf = async (promise: Promise<unknown>): Promise<WindlassError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof WindlassError) return error;
    throw error;
  }
  throw new Error("it did not fail");
};

export const errorOf = (result: SyncResult, name: string): WindlassError | undefined =>
  result.results.find(({ ref }) => ref.name === name)?.error;

/** Somebody else changes an object, under the name of another tool. */
export const editByHand = (
  kube: KubeClient,
  object: Pick<KubeObject, "apiVersion" | "kind">,
  namespace: string,
  name: string,
  body: unknown,
): Promise<KubeObject> =>
  kube.patch(
    { group: groupOf(object.apiVersion), kind: object.kind, namespace, name },
    { type: "merge", body },
    { fieldManager: "kubectl-edit" },
  );
