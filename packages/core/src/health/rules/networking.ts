// Ingress and the Gateway API.
// Sources: argo-cd, gitops-engine/pkg/health/health_ingress.go and resource_customizations/gateway.networking.k8s.io; gateway-api.sigs.k8s.io/geps/gep-1364 (conditions)
import { assessStored } from "../common.ts";
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { listAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, progressing } from "../verdict.ts";
import { addressesOf } from "./core.ts";

const assessIngress: Rule = (ingress) => {
  const addresses = addressesOf(ingress);
  return addresses === "" ? progressing("Waits for an address from the ingress controller") : healthy(`Reachable at ${addresses}`);
};

/** Conditions of one parent, listener or ancestor, as GEP-1364 words them: each should be True, those that report conflict or partial failure should not. */
const assessOne = (who: string, conditions: readonly Condition[], generation: number): Health => {
  const stale = conditions.find((condition) => condition.observedGeneration !== undefined && condition.observedGeneration < generation);
  if (stale) return progressing(`Waits for ${who} to look at the latest change`);
  const negative = conditions.find(
    (condition) => isTrue(condition) && (condition.type === "Conflicted" || condition.type === "PartiallyInvalid"),
  );
  if (negative) return degraded(`${who}: ${describeCondition(negative)}`);
  const waits = conditions.find((condition) => condition.status === "Unknown" || (isFalse(condition) && condition.reason === "Pending"));
  if (waits) return progressing(`${who}: ${describeCondition(waits)}`);
  const refused = conditions.find((condition) => isFalse(condition) && required.has(condition.type));
  if (refused) return degraded(`${who}: ${describeCondition(refused)}`);
  return conditions.length === 0 ? progressing(`Waits for ${who}`) : healthy("Accepted");
};

const required = new Set(["Accepted", "Programmed", "ResolvedRefs", "Ready"]);

const order = ["Degraded", "Progressing"] as const;

/** The first bad verdict, Degraded before Progressing; undefined where all are well. */
const firstBad = (verdicts: readonly Health[]): Health | undefined => {
  for (const status of order) {
    const found = verdicts.find((verdict) => verdict.status === status);
    if (found) return found;
  }
  return undefined;
};

/** A rule for what is accepted by each of several parents (routes) or ancestors (policies), listed under `status.<list>` with a reference in `<ref>`. */
const assessAttachments =
  (list: "parents" | "ancestors", ref: "parentRef" | "ancestorRef"): Rule =>
  (object) => {
    const entries = listAt(object, "status", list);
    const generation = numberAt(object, "metadata", "generation") ?? 0;
    if (entries.length === 0)
      return progressing(list === "parents" ? "Waits for a Gateway to take the route" : "Waits for a Gateway to take the policy");
    const verdicts = entries.map((entry) => assessOne(textAt(entry, ref, "name"), conditionsOf(entry, "conditions"), generation));
    return firstBad(verdicts) ?? healthy(`Accepted by ${entries.map((entry) => textAt(entry, ref, "name")).join(", ")}`);
  };

const assessGateway: Rule = (gateway) => {
  const generation = numberAt(gateway, "metadata", "generation") ?? 0;
  const own = conditionsOf(gateway);
  if (own.length === 0) return progressing("Waits for a Gateway controller");
  const listeners = listAt(gateway, "status", "listeners").map((listener) =>
    assessOne(`listener ${textAt(listener, "name")}`, conditionsOf(listener, "conditions"), generation),
  );
  const verdict = assessOne("the Gateway", own, generation);
  const bad = firstBad([verdict, ...listeners]);
  if (bad) return bad;
  return isTrue(findCondition(own, "Accepted") ?? findCondition(own, "Programmed"))
    ? healthy("Programmed")
    : progressing("Waits for the Gateway to be accepted");
};

const assessGatewayClass: Rule = (gatewayClass) => {
  const accepted = findCondition(conditionsOf(gatewayClass), "Accepted");
  if (!accepted || accepted.reason === "Pending") return progressing("Waits for its controller");
  return isTrue(accepted) ? healthy("Accepted") : degraded(describeCondition(accepted));
};

const assessRoute = assessAttachments("parents", "parentRef");
const assessPolicy = assessAttachments("ancestors", "ancestorRef");

export const networkingRules: RuleTable = {
  "networking.k8s.io": { Ingress: assessIngress, IngressClass: assessStored, NetworkPolicy: assessStored },
  extensions: { Ingress: assessIngress },
  "gateway.networking.k8s.io": {
    Gateway: assessGateway,
    GatewayClass: assessGatewayClass,
    HTTPRoute: assessRoute,
    GRPCRoute: assessRoute,
    TCPRoute: assessRoute,
    TLSRoute: assessRoute,
    UDPRoute: assessRoute,
    BackendTLSPolicy: assessPolicy,
    ReferenceGrant: assessStored,
  },
};
