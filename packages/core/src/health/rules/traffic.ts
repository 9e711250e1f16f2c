// Ingress controllers, meshes and load balancers beside the Gateway API.
// Sources: the status types of each controller, named at its group; argo-cd, resource_customizations of the same groups
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, countAt, listAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, worstHealth } from "../verdict.ts";
import { createPhaseRule } from "./shapes.ts";

/** Kinds whose controller says no more than which generation it has dealt with. */
const assessSeen: Rule = (object) => {
  const isSeen =
    at(object, "status", "observedGeneration") !== undefined &&
    countAt(object, "status", "observedGeneration") >= countAt(object, "metadata", "generation");
  return isSeen ? healthy("The latest change is in force") : progressing("Waits for its controller");
};

/** An HTTPProxy that others include is reported as broken by the parts that it does not hold: that is no fault of its own. */
const assessProxy: Rule = (proxy) => {
  const valid = findCondition(conditionsOf(proxy), "Valid");
  const raw = listAt(proxy, "status", "conditions").find((condition) => textAt(condition, "type") === "Valid");
  const errors = listAt(raw, "errors").map((error) => textAt(error, "type"));
  if (valid && isFalse(valid) && errors.length > 0 && errors.every((type) => type === "IncludeError"))
    return healthy("Its inclusions cannot be judged from here");
  return undefined;
};

/** A policy has to be accepted by each ancestor that reports on it. */
const assessAirlock: Rule = (policy) => {
  const verdicts = listAt(policy, "status", "ancestors").map((ancestor) => {
    const name = textAt(ancestor, "ancestorRef", "name");
    const conditions = conditionsOf(ancestor, "conditions");
    const stale = conditions.some(({ observedGeneration }) => (observedGeneration ?? Infinity) < countAt(policy, "metadata", "generation"));
    if (stale) return progressing(`Waits for ${name} to look at the latest change`);
    if (conditions.length === 0) return healthy(`Known to ${name}`);
    const accepted = findCondition(conditions, "Accepted");
    return isTrue(accepted) ? healthy(`Accepted by ${name}`) : degraded(`${name}: ${describeCondition(accepted) || "not accepted"}`);
  });
  return verdicts.length === 0 ? progressing("Waits for a Gateway to take the policy") : worstHealth(verdicts);
};

export const trafficRules: RuleTable = {
  // kubernetes-sigs/aws-load-balancer-controller, apis/elbv2/v1beta1
  "elbv2.k8s.aws": { TargetGroupBinding: assessSeen },
  "externaldns.k8s.io": { DNSEndpoint: assessSeen },
  "projectcontour.io": { HTTPProxy: assessProxy },
  "microgateway.airlock.com": { "*": assessAirlock },
  // istio/operator, pkg/apis/istio/v1alpha1/operator.proto
  "install.istio.io": {
    IstioOperator: createPhaseRule("status", {
      Healthy: "HEALTHY",
      Progressing: "NONE|UPDATING|RECONCILING",
      Degraded: "ERROR|ACTION_REQUIRED",
    }),
  },
  // nginx/kubernetes-ingress, pkg/apis/configuration/v1
  "k8s.nginx.org": { "*": createPhaseRule("state", { Healthy: "Valid", Degraded: "Warning|Invalid" }) },
  "networking.gke.io": {
    ManagedCertificate: createPhaseRule("certificateStatus", { Healthy: "Active", Progressing: "Provisioning|Renewing" }, "Degraded"),
  },
};
