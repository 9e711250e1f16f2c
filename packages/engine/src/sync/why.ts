// Where an object comes from and who has a hand in it.
import { type InventoryEntry, type ObjectRef, type PlacementId, fieldManager, keyOfRef, listFieldPaths } from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import { applySetKeys } from "./applyset.ts";
import { createInventoryStore } from "./inventory-store.ts";
import { ownFieldsHash } from "./observe.ts";
import type { StepOptions } from "./types.ts";

/** One manager's share of an object. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: readonly string[];
}

export interface Explanation {
  readonly ref: ObjectRef;
  readonly exists: boolean;
  readonly placement?: PlacementId;
  readonly revision?: string;
  /** `FILE:LINE` in the source. */
  readonly origin?: string;
  /** What stands against "it is as Git says": drift, a missing record, a deletion under way. Empty when nothing does. */
  readonly findings: readonly string[];
  readonly owners: readonly FieldOwner[];
}

const findingsOf = (entry: InventoryEntry | undefined, live: Parameters<typeof ownFieldsHash>[0] | undefined): readonly string[] => {
  if (live === undefined)
    return entry
      ? ["it is missing from the cluster: the next sync creates it"]
      : ["the cluster does not have it, and no placement wants it"];
  const findings: string[] = [];
  if (entry === undefined) findings.push("no placement of Windlass owns it");
  else if (entry.hash === "") findings.push("it was about to be applied when a sync was cut off: the next sync decides");
  else if (entry.uid !== live.metadata.uid) findings.push("it was deleted and created again by somebody else");
  else if (entry.fields !== ownFieldsHash(live)) findings.push("fields of ours were changed by somebody else (drift): see the owners");
  if (live.metadata.deletionTimestamp !== undefined) findings.push(`it is being deleted since ${live.metadata.deletionTimestamp}`);
  return findings;
};

/** Explains one object: placement, revision, file and line, drift, and each manager with its fields. */
export const explainObject = async (
  kube: KubeClient,
  ref: ObjectRef & { readonly version?: string },
  options: StepOptions,
): Promise<Explanation> => {
  const live = await kube.find(ref, { ...options, metadataOnly: true });
  const stored = await createInventoryStore({ kube }).list(undefined, options);
  const setId = live?.metadata.labels?.[applySetKeys.partOf];
  const found = stored.flatMap(({ inventory }) => {
    const entry = inventory?.entries.find((candidate) => keyOfRef(candidate) === keyOfRef(ref));
    return inventory && entry ? [{ inventory, entry }] : [];
  });
  const [owner] = found;
  const owners = (live?.metadata.managedFields ?? []).map((entry) => ({
    manager: entry.manager === fieldManager ? `${entry.manager} (this is us)` : entry.manager,
    operation: entry.operation,
    subresource: entry.subresource ?? "",
    time: entry.time ?? "",
    fields: listFieldPaths(entry.fieldsV1 ?? {}),
  }));
  const strayed = setId !== undefined && owner === undefined ? [`its label names the set ${setId}, of which there is no record`] : [];
  return {
    ref: { group: ref.group, kind: ref.kind, namespace: ref.namespace, name: ref.name },
    exists: live !== undefined,
    ...(owner ? { placement: owner.inventory.placement, revision: owner.inventory.revision, origin: owner.entry.origin } : {}),
    findings: [...findingsOf(owner?.entry, live), ...strayed],
    owners,
  };
};
