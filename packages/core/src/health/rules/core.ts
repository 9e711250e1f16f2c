// Kinds of the core group beside the Pod.
// Sources: argo-cd, gitops-engine/pkg/health/health_{service,pvc}.go; kubernetes, pkg/apis/core/types.go (phases)
import { conditionsOf, isTrue } from "../conditions.ts";
import { assessStored } from "../common.ts";
import { listAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, unknown } from "../verdict.ts";
import { assessReplicaSet } from "./apps.ts";
import { assessPod } from "./pod.ts";

/** The addresses that a load balancer gave, as one text; "" while there is none. */
export const addressesOf = (object: unknown): string =>
  listAt(object, "status", "loadBalancer", "ingress")
    .map((entry) => textAt(entry, "hostname") || textAt(entry, "ip") || "an address")
    .join(", ");

const assessService: Rule = (service) => {
  if (textAt(service, "spec", "type") !== "LoadBalancer") return healthy("Needs no load balancer");
  const addresses = addressesOf(service);
  return addresses === "" ? progressing("Waits for the load balancer's address") : healthy(`Reachable at ${addresses}`);
};

const assessVolumeClaim: Rule = (claim) => {
  const phase = textAt(claim, "status", "phase");
  if (phase === "Bound") return healthy(`Bound to ${textAt(claim, "spec", "volumeName") || "a volume"}`);
  if (phase === "Lost") return degraded("The bound volume is gone, and its data with it");
  if (phase === "Pending" || phase === "") return progressing("Waits for a volume");
  return unknown(`The claim is ${phase}`);
};

const assessVolume: Rule = (volume) => {
  const phase = textAt(volume, "status", "phase");
  if (phase === "Failed") return degraded(textAt(volume, "status", "message") || "The volume could not be reclaimed");
  return phase === "Pending" ? progressing("Waits to be made available") : healthy(phase);
};

/** A Namespace's conditions appear when its deletion is held up. */
const assessNamespace: Rule = (namespace) => {
  if (textAt(namespace, "status", "phase") !== "Terminating") return healthy("Active");
  const held = conditionsOf(namespace)
    .filter((condition) => isTrue(condition))
    .map((condition) => condition.message);
  return progressing(["Being deleted", ...held].join("; "));
};

const assessNode: Rule = (node) => {
  const ready = conditionsOf(node).find((condition) => condition.type === "Ready");
  if (!ready) return progressing("Waits for the kubelet's first report");
  return isTrue(ready) ? healthy("Ready") : degraded(ready.message || "The node is not ready");
};

/** Kinds that hold data and have no controller to wait for. */
const quiet = Object.fromEntries(
  ["ConfigMap", "Secret", "ServiceAccount", "Endpoints", "Event", "LimitRange", "PodTemplate", "ResourceQuota", "Binding"].map((kind) => [
    kind,
    assessStored,
  ]),
);

export const coreRules: RuleTable = {
  "": {
    ...quiet,
    Pod: assessPod,
    ReplicationController: assessReplicaSet,
    Service: assessService,
    PersistentVolumeClaim: assessVolumeClaim,
    PersistentVolume: assessVolume,
    Namespace: assessNamespace,
    Node: assessNode,
  },
};
