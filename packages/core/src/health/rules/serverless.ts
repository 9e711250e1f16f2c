// Functions, scalers and services that scale to zero.
// Sources: knative.dev/pkg, apis/condition_types.go; keda, apis/keda/v1alpha1; openfaas function CRD; argo-cd, resource_customizations/{serving.knative.dev,keda.sh,openfaas.com}
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";

/** A Knative kind: every condition counts, but one that is only informative. */
const assessKnative: Rule = (object) => {
  const conditions = conditionsOf(object).filter(({ severity }) => severity !== "Info");
  const ready = findCondition(conditions, "Ready");
  // A revision without traffic is not active, and that is no fault.
  const failed = conditions.find((condition) => isFalse(condition) && condition.type !== "Active");
  if (failed) return degraded(describeCondition(failed));
  return ready && isTrue(ready) && !conditions.some(({ status }) => status === "Unknown")
    ? healthy("Ready")
    : progressing(describeCondition(ready) || "Waits to be ready");
};

/** A function is set up (Ready) and may have no replica (Healthy=False), because it was scaled to zero. */
const assessFunction: Rule = (object) => {
  const conditions = conditionsOf(object);
  const find = (type: string) => findCondition(conditions, type);
  if (isTrue(find("Stalled"))) return degraded(describeCondition(find("Stalled")));
  if (isTrue(find("Ready"))) return isTrue(find("Healthy")) ? healthy(describeCondition(find("Ready"))) : suspended("No replica is there");
  return progressing(describeCondition(find("Reconciling") ?? find("Ready")) || "Waits to be set up");
};

export const serverlessRules: RuleTable = {
  "serving.knative.dev": { "*": assessKnative },
  "eventing.knative.dev": { "*": assessKnative },
  "messaging.knative.dev": { "*": assessKnative },
  "sources.knative.dev": { "*": assessKnative },
  "openfaas.com": { Function: assessFunction },
};
