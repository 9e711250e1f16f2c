// Deleting what left the set: only what is ours, only as it was seen.
import { type DeleteAction, type ObjectRef, WindlassError, formatRef } from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import { applySetKeys } from "./applyset.ts";
import type { StepOptions } from "./types.ts";
import { waitGone } from "./wait-gone.ts";

export type Pruned = { readonly outcome: "deleted"; readonly uid: string } | { readonly outcome: "skipped"; readonly note: string };

interface Seen {
  readonly uid: string;
  readonly resourceVersion: string;
}

const isConflict = (error: unknown): boolean => error instanceof WindlassError && error.code === "conflict";

/** The object as it may be deleted; a note instead when it is gone or belongs to somebody else by now. */
const look = async (kube: KubeClient, action: DeleteAction, setId: string, { signal }: StepOptions): Promise<Seen | string> => {
  if ((await kube.findKind({ ...action.ref, version: action.version }, { signal })) === undefined)
    return "its kind is gone, and it with it";
  const live = await kube.find({ ...action.ref, version: action.version }, { metadataOnly: true, signal });
  if (live === undefined) return "it was gone already";
  const partOf = live.metadata.labels?.[applySetKeys.partOf] ?? "";
  if (partOf !== setId) return partOf === "" ? "its set label was removed: it is no longer ours" : "another set owns it now";
  return { uid: live.metadata.uid ?? "", resourceVersion: live.metadata.resourceVersion ?? "" };
};

/** Deletes one object under the condition that it is still the one that was decided about. Errors: as the API server answers. */
export const pruneObject = async (kube: KubeClient, action: DeleteAction, setId: string, options: StepOptions): Promise<Pruned> => {
  const target = { ...action.ref, version: action.version };
  let seen: Seen | string = action.uid === "" ? await look(kube, action, setId, options) : action;
  for (let attempt = 0; attempt < 5; attempt++) {
    if (typeof seen === "string") return { outcome: "skipped", note: seen };
    const { uid, resourceVersion } = seen;
    try {
      await kube.delete(target, { propagation: "Background", preconditions: { uid, resourceVersion }, signal: options.signal });
      return { outcome: "deleted", uid };
    } catch (error) {
      // Changed since it was seen: a status update most likely, a new owner perhaps.
      if (!isConflict(error)) throw error;
      seen = await look(kube, action, setId, options);
    }
  }
  throw changing(action.ref);
};

const changing = (ref: ObjectRef): WindlassError =>
  new WindlassError({
    code: "conflict",
    message: `${formatRef(ref)} changes faster than it can be deleted`,
    remedy: "sync again; if it persists, find out who writes it all the time",
  });

/** Waits until the deleted objects of a batch are gone, so that what they need goes after them. */
export const waitAllGone = async (
  kube: KubeClient,
  deleted: readonly { readonly action: DeleteAction; readonly uid: string }[],
  options: StepOptions,
): Promise<void> => {
  await Promise.all(deleted.map(({ action, uid }) => waitGone(kube, { ...action.ref, version: action.version }, uid, options)));
};
