// Taking an object over from a tool that applied it before: its fields become ours, so that what leaves the source leaves the object.
import type { JsonObject, ManagedFieldsEntry } from "../object/object.ts";
import { fieldManager } from "./managed-fields.ts";

const isTree = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

const union = (a: JsonObject, b: JsonObject): JsonObject => {
  const merged: Record<string, JsonObject[string]> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const mine = merged[key];
    merged[key] = isTree(mine) && isTree(value) ? union(mine, value) : value;
  }
  return merged;
};

/** Whether a manager wrote on behalf of people or of a tool that hands its objects over; controllers never do. */
const isPredecessor = ({ manager, operation, subresource }: ManagedFieldsEntry): boolean =>
  (subresource ?? "") === "" &&
  manager !== fieldManager &&
  (manager.startsWith("kubectl") ||
    manager === "helm" ||
    manager === "before-first-apply" ||
    manager.startsWith("argocd-") ||
    manager === "kustomize-controller" ||
    manager === "helm-controller" ||
    (operation === "Apply" && manager === "fleet"));

/**
 * `managedFields` after a take-over: the entries of kubectl, Helm, Argo CD and Flux are merged into one of ours; all others stay.
 *
 * The same list comes back when there is nothing to take over.
 */
export const migrateManagers = (entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] => {
  const predecessors = entries.filter(isPredecessor);
  const [first] = predecessors;
  if (first === undefined) return entries;
  const mine = entries.find(
    ({ manager, operation, subresource }) => manager === fieldManager && operation === "Apply" && (subresource ?? "") === "",
  );
  const fieldsV1 = [...(mine ? [mine] : []), ...predecessors].reduce<JsonObject>(
    (fields, entry) => union(fields, entry.fieldsV1 ?? {}),
    {},
  );
  const taken: ManagedFieldsEntry = {
    manager: fieldManager,
    operation: "Apply",
    apiVersion: (mine ?? first).apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1,
  };
  return [...entries.filter((entry) => entry !== mine && !predecessors.includes(entry)), taken];
};
