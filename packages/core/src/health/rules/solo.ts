// Gloo: every kind of every group reports a state, by name or, in versions before 1.9, by number; newer versions one per namespace of a controller.
// Source: gloo, projects/gloo/api/v1/status.proto (`Status.State`); argo-cd, resource_customizations/{gloo,gateway}.solo.io
import { at, fieldsAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { type Health, type HealthStatus, progressing, worstHealth } from "../verdict.ts";

const states: Readonly<Record<string, { readonly status: HealthStatus; readonly message: string }>> = {
  Pending: { status: "Suspended", message: "Not validated yet" },
  Accepted: { status: "Healthy", message: "Validated" },
  Rejected: { status: "Degraded", message: "Rejected" },
  Warning: { status: "Degraded", message: "Accepted with warnings" },
};

const stateNames = ["Pending", "Accepted", "Rejected", "Warning"];

const readState = (status: unknown): Health => {
  const state = textAt(status, "state");
  const known = states[stateNames[Number(state)] ?? state] ?? states["Pending"];
  const reason = textAt(status, "reason");
  return { status: known?.status ?? "Unknown", message: reason === "" ? (known?.message ?? "") : reason };
};

const assess: Rule = (object) => {
  const names = Object.keys(fieldsAt(object, "status", "statuses"));
  if (names.length > 0) return worstHealth(names.map((name) => readState(at(object, "status", "statuses", name))));
  return at(object, "status", "state") === undefined ? progressing("Waits to be validated") : readState(object["status"]);
};

export const soloRules: RuleTable = { "*.solo.io": { "*": assess } };
