// Elastic: a colour says how well a cluster does.
// Sources: cloud-on-k8s, pkg/apis/{elasticsearch,kibana,beat,agent,logstash}; argo-cd, resource_customizations/*.k8s.elastic.co
import { at, countAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, progressing, unknown } from "../verdict.ts";

const nodes = (object: unknown): string =>
  `${countAt(object, "status", "availableNodes")} of ${countAt(object, "status", "expectedNodes")} instances`;

const colourOf = (object: unknown): Health | undefined => {
  switch (textAt(object, "status", "health").toLowerCase()) {
    case "green":
      return healthy("Health is green");
    case "yellow":
      return progressing("Health is yellow: some instances, shards or replicas are not there yet");
    case "red":
      return degraded("Health is red: look at its Pods and indices");
    default:
      return undefined;
  }
};

/** Elasticsearch and its companions: green, and nothing being changed. */
const assessStack: Rule = (object) => {
  const phase = textAt(object, "status", "phase");
  if (phase === "Invalid") return degraded("The specification is invalid");
  const colour = colourOf(object);
  if (colour?.status === "Healthy" && /^(?:ApplyingChanges|MigratingData)$/.test(phase))
    return progressing(`Health is green, and the phase ${phase}`);
  return colour ?? progressing(phase === "" ? "Waits for its first report" : `The phase is ${phase}`);
};

/** Beats and agents count their instances; one without colour or count has said nothing, which is Unknown. */
const assessAgent: Rule = (object) => {
  if (at(object, "status") === undefined) return undefined;
  const expected = numberAt(object, "status", "expectedNodes");
  const health = textAt(object, "status", "health");
  if (expected === undefined && health === "") return unknown("It has not reported its health");
  const colour = colourOf(object);
  if (!colour) return health === "" ? progressing(nodes(object)) : unknown(`The health ${health} is not known`);
  return colour.status === "Progressing" ? progressing(nodes(object)) : colour;
};

export const elasticRules: RuleTable = {
  "*.k8s.elastic.co": { "*": assessStack },
  "beat.k8s.elastic.co": { Beat: assessAgent },
  "agent.k8s.elastic.co": { Agent: assessAgent },
};
