// The set of a placement as kubectl knows sets: an ApplySet (KEP-3659) whose parent is a Secret.
import { createHash } from "node:crypto";
import type { Inventory, PlacementId } from "@windlass/core";

/** Source: kubernetes/kubectl pkg/cmd/apply/applyset.go @v0.37.2, which spells the keys otherwise than the KEP's text. */
export const applySetKeys = {
  id: "applyset.kubernetes.io/id",
  partOf: "applyset.kubernetes.io/part-of",
  tooling: "applyset.kubernetes.io/tooling",
  groupKinds: "applyset.kubernetes.io/contains-group-kinds",
  namespaces: "applyset.kubernetes.io/additional-namespaces",
} as const;

/** What our parents say of who made them. Another tool's parent is never touched. */
export const tooling = "windlass/v1";

/** Name of the parent Secret of a placement. */
export const parentName = (placement: PlacementId): string => `windlass-${placement.name}`;

/** The id that every member carries in its part-of label. */
export const applySetId = (placement: PlacementId): string => {
  const digest = createHash("sha256")
    .update(`${parentName(placement)}.${placement.namespace}.Secret.`)
    .digest("base64url");
  return `applyset-${digest}-v1`;
};

const sortedUnique = (items: readonly string[]): string => [...new Set(items)].toSorted().join(",");

/** The annotations by which kubectl finds the members of a set. */
export const parentAnnotations = ({ placement, entries }: Inventory): Readonly<Record<string, string>> => ({
  [applySetKeys.tooling]: tooling,
  [applySetKeys.groupKinds]: sortedUnique(entries.map(({ group, kind }) => (group === "" ? kind : `${kind}.${group}`))),
  [applySetKeys.namespaces]: sortedUnique(
    entries.map(({ namespace }) => namespace).filter((name) => name !== "" && name !== placement.namespace),
  ),
});
