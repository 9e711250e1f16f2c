// Delete and create again: the last resort, taken only when it is proven that the new object will be accepted.
import {
  type DesiredObject,
  type StatusCause,
  WindlassError,
  fieldManager,
  formatRef,
  isImmutableRefusal,
  refOf,
  versionOf,
} from "@windlass/core";
import type { ApplyContext, Applied } from "./apply-object.ts";
import type { StepOptions } from "./types.ts";
import { waitGone } from "./wait-gone.ts";

/** Kinds that hold data or identity: `force` alone is not enough, the object itself has to ask for it. */
const needsOwnOptIn: ReadonlySet<string> = new Set([
  "StatefulSet",
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Namespace",
  "CustomResourceDefinition",
]);
const optIn = "windlass.dev/recreate";

const refused = (refusal: WindlassError, remedy: string): WindlassError =>
  new WindlassError({ code: refusal.code, message: refusal.message, remedy, details: refusal.details }, { cause: refusal });

/** The new object under another name, so that the one that stands does not hide whether it would be accepted. */
const proveCreatable = async (
  { kube }: ApplyContext,
  { object }: DesiredObject,
  refusal: WindlassError,
  { signal }: StepOptions,
): Promise<void> => {
  const name = `${object.metadata.name.slice(0, 40)}-windlass-probe`;
  try {
    await kube.create({ ...object, metadata: { ...object.metadata, name } }, { dryRun: true, fieldManager, signal });
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    throw refused(refusal, `nothing was deleted, because creating it anew would fail too: ${error.message}`);
  }
};

/**
 * The answer to a refused change: with `force`, an immutable field and proof that the new object is valid, delete and create.
 *
 * Errors: the refusal itself in every other case, so a validation error never deletes anything.
 */
export const recreate = async (
  context: ApplyContext,
  desired: DesiredObject,
  { uid, refusal }: { readonly uid: string; readonly refusal: WindlassError },
  options: StepOptions,
): Promise<Applied> => {
  const causes = (refusal.details["causes"] ?? []) as readonly StatusCause[];
  if (refusal.code !== "invalid" || !isImmutableRefusal(causes)) throw refusal;
  if (!context.rules.force) throw refused(refusal, "set the field back, or let it be deleted and created anew with --force (sync.force)");
  const { object } = desired;
  if (needsOwnOptIn.has(object.kind) && object.metadata.annotations?.[optIn] !== "true")
    throw refused(
      refusal,
      `a ${object.kind} is deleted and created anew only if it carries the annotation ${optIn}: "true" besides --force`,
    );
  await proveCreatable(context, desired, refusal, options);
  const note = `recreated: ${causes.map(({ field }) => field).join(", ")} cannot be changed`;
  if (context.dryRun) return { outcome: "configured", object, note };
  const target = { ...refOf(object), version: versionOf(object.apiVersion) };
  await context.kube.delete(target, { propagation: "Background", preconditions: { uid }, signal: options.signal });
  await waitGone(context.kube, target, uid, options);
  const stored = await context.kube.apply(
    { ...object, metadata: { ...object.metadata, resourceVersion: "1" } },
    { fieldManager, signal: options.signal },
  );
  return { outcome: "configured", object: stored, note: note.replace("recreated", `recreated ${formatRef(refOf(object))}`) };
};
