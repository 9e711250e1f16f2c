// Fields that another controller of the same set is there to own: they are left to it without anybody having to write a rule.
import { type KubeObject, type ObjectKey, groupOf, keyOfRef } from "../object/object.ts";
import type { DesiredObject } from "./types.ts";

const replicas: readonly string[] = ["spec.replicas"];
const none: readonly string[] = [];

/** The `scaleTargetRef` of an autoscaler, or undefined for any other object. */
const scaleTarget = (object: KubeObject): { readonly apiVersion: string; readonly kind: string; readonly name: string } | undefined => {
  const group = groupOf(object.apiVersion);
  const isHpa = group === "autoscaling" && object.kind === "HorizontalPodAutoscaler";
  const isKeda = group === "keda.sh" && object.kind === "ScaledObject";
  if (!isHpa && !isKeda) return undefined;
  const target = (object["spec"] as { scaleTargetRef?: Record<string, unknown> } | undefined)?.scaleTargetRef;
  if (typeof target?.["name"] !== "string") return undefined;
  // KEDA's defaults; an HPA always says both.
  const apiVersion = typeof target["apiVersion"] === "string" ? target["apiVersion"] : "apps/v1";
  const kind = typeof target["kind"] === "string" ? target["kind"] : "Deployment";
  return { apiVersion, kind, name: target["name"] };
};

/** For each object of a set, the paths it yields: `spec.replicas` of a workload that an HPA or a KEDA ScaledObject of the set scales. */
export const yieldsOf = (desired: readonly DesiredObject[]): ((key: ObjectKey) => readonly string[]) => {
  const yielded = new Map<ObjectKey, readonly string[]>();
  for (const { object } of desired) {
    const target = scaleTarget(object);
    if (target === undefined) continue;
    const ref = { group: groupOf(target.apiVersion), kind: target.kind, namespace: object.metadata.namespace ?? "", name: target.name };
    yielded.set(keyOfRef(ref), replicas);
  }
  return (key) => yielded.get(key) ?? none;
};
