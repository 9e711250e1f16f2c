// What a sync would change, field by field, as the API server itself would make it.
import type { WindlassError } from "@windlass/core";
import {
  type FieldChange,
  type KubeObject,
  type ObjectRef,
  type SourcedObject,
  type PlacementId,
  diffObjects,
  fieldManager,
  keyOfRef,
  maskSecrets,
  readHook,
  refOf,
  versionOf,
} from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import { applySetId, applySetKeys } from "./applyset.ts";
import { createInventoryStore } from "./inventory-store.ts";
import { prepareObjects } from "./prepare.ts";
import { toWindlassError } from "./run-batches.ts";
import type { StepOptions } from "./types.ts";

/** One object that differs. `left`: it is no longer in the source. */
export interface ObjectDiff {
  readonly ref: ObjectRef;
  readonly type: "created" | "changed" | "left" | "unchanged" | "failed";
  readonly origin: string;
  readonly changes: readonly FieldChange[];
  readonly error?: WindlassError;
}

export interface DiffRequest {
  readonly placement: PlacementId;
  readonly objects: readonly SourcedObject[];
}

const withoutSetLabel = (object: KubeObject): KubeObject => {
  const { [applySetKeys.partOf]: _label, ...labels } = object.metadata.labels ?? {};
  return { ...object, metadata: { ...object.metadata, labels } };
};

const diffOne = async (kube: KubeClient, desired: KubeObject, origin: string, { signal }: StepOptions): Promise<ObjectDiff> => {
  const ref = refOf(desired);
  try {
    if ((await kube.findKind(ref, { signal })) === undefined) return { ref, type: "created", origin, changes: [] };
    const live = await kube.find({ ...ref, version: versionOf(desired.apiVersion) }, { signal });
    if (live === undefined) return { ref, type: "created", origin, changes: diffObjects(undefined, withoutSetLabel(maskSecrets(desired))) };
    const merged = await kube.apply(desired, { dryRun: true, force: true, fieldManager, signal });
    const changes = diffObjects(withoutSetLabel(live), withoutSetLabel(merged));
    return { ref, type: changes.length > 0 ? "changed" : "unchanged", origin, changes };
  } catch (error) {
    signal.throwIfAborted();
    return { ref, type: "failed", origin, changes: [], error: toWindlassError(error) };
  }
};

/**
 * The difference between the cluster and a source, from the server's dry run: defaults and admission are in it, so what is equal is equal.
 *
 * Secret values are masked. An object that the set's label alone would change counts as unchanged.
 */
export const diffPlacement = async (kube: KubeClient, request: DiffRequest, options: StepOptions): Promise<readonly ObjectDiff[]> => {
  const setId = applySetId(request.placement);
  const { inventory } = await createInventoryStore({ kube }).read(request.placement, options);
  const { desired, refused } = await prepareObjects(kube, request.objects, { setId, namespace: request.placement.namespace }, options);
  const objects = desired.filter(({ object }) => readHook(object).type === "object");
  const diffs = await Promise.all(objects.map(({ object, origin }) => diffOne(kube, object, `${origin.file}:${origin.line}`, options)));
  const wanted = new Set([
    ...desired.map(({ object }) => keyOfRef(refOf(object))),
    ...refused.map(({ object }) => keyOfRef(refOf(object.object))),
  ]);
  const left = (inventory?.entries ?? []).filter((entry) => entry.hook !== true && !wanted.has(keyOfRef(entry)));
  return [
    ...diffs,
    ...refused.map(({ object, error }): ObjectDiff => ({
      ref: refOf(object.object),
      type: "failed",
      origin: `${object.origin.file}:${object.origin.line}`,
      changes: [],
      error,
    })),
    ...left.map(({ group, kind, namespace, name, origin }): ObjectDiff => ({
      ref: { group, kind, namespace, name },
      type: "left",
      origin,
      changes: [],
    })),
  ];
};
