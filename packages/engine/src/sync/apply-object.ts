// One object made so: one server-side apply where all is as expected, and a look at the object where it is not.
import {
  type DesiredObject,
  type Expectation,
  type KubeObject,
  type ManagedFieldsEntry,
  type ObjectRef,
  type Owner,
  type SyncRules,
  WindlassError,
  fieldManager,
  findApplyEntry,
  findOwner,
  formatRef,
  migrateManagers,
  refOf,
  resolveYields,
  versionOf,
} from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import { applySetKeys } from "./applyset.ts";
import { recreate } from "./recreate.ts";
import type { StepOptions } from "./types.ts";

/** What an apply needs to know beside the object. */
export interface ApplyContext {
  readonly kube: KubeClient;
  readonly setId: string;
  readonly rules: SyncRules;
  readonly dryRun: boolean;
}

export interface Applied {
  readonly outcome: "created" | "configured" | "unchanged";
  readonly object: KubeObject;
  readonly note: string;
}

/** No object ever has this version, so an apply that carries it creates or fails: 409 whenever the object is there (ADR 0006). */
const impossibleVersion = "1";

const withCondition = (object: KubeObject, condition: { readonly uid?: string; readonly resourceVersion?: string }): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...condition },
});

const isConflict = (error: unknown): error is WindlassError => error instanceof WindlassError && error.code === "conflict";
const targetOf = (object: KubeObject) => ({ ...refOf(object), version: versionOf(object.apiVersion) });

const send = (context: ApplyContext, body: KubeObject, force: boolean, { signal }: StepOptions): Promise<KubeObject> =>
  context.kube.apply(body, { force, dryRun: context.dryRun, fieldManager, signal });

const ownedElsewhere = (ref: ObjectRef, owner: string): WindlassError =>
  new WindlassError({
    code: "conflict",
    message: `${formatRef(ref)} belongs to ${owner}`,
    remedy: "remove it from one of the two, or take it over with --adopt (sync.adopt on the application)",
    details: { owner },
  });

const leaving = (object: KubeObject): WindlassError =>
  new WindlassError({
    code: "unavailable",
    message: `${formatRef(refOf(object))} is being deleted since ${object.metadata.deletionTimestamp}${object.metadata.finalizers?.length ? `, held by ${object.metadata.finalizers.join(", ")}` : ""}`,
    remedy: "it is created again once it is gone; if it stays, look at what its finalizers wait for",
  });

/** A placement is named by its record, where we may read it. */
const nameOf = async ({ kube }: ApplyContext, owner: Owner, { signal }: StepOptions): Promise<string> => {
  if (owner.kind !== "placement" || owner.setId === undefined) return owner.name;
  try {
    const { items } = await kube.list(
      { group: "", kind: "Secret", labelSelector: `${applySetKeys.id}=${owner.setId}`, metadataOnly: true },
      { signal },
    );
    const [parent] = items;
    return parent
      ? `placement ${parent.metadata.namespace}/${parent.metadata.name.replace(/^windlass-/, "")}`
      : `${owner.name}, of which there is no record`;
  } catch {
    return owner.name;
  }
};

/** The managers of the tool that had the object before are merged into ours, under the version we looked at. */
const takeOver = async (context: ApplyContext, live: KubeObject, { signal }: StepOptions): Promise<void> => {
  const entries = live.metadata.managedFields ?? [];
  const migrated: readonly ManagedFieldsEntry[] = migrateManagers(entries);
  if (migrated === entries || context.dryRun) return;
  const body = [
    { op: "test", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
    { op: "replace", path: "/metadata/managedFields", value: migrated },
  ];
  await context.kube.patch(targetOf(live), { type: "json", body }, { fieldManager, signal });
};

/** An object stands where none was expected: ours from a sync that was cut off, nobody's, or somebody's. */
const applyOverExisting = async (
  context: ApplyContext,
  desired: DesiredObject,
  live: KubeObject,
  options: StepOptions,
): Promise<Applied> => {
  if (live.metadata.deletionTimestamp !== undefined) throw leaving(live);
  const owner = findOwner(live, context.setId);
  if (owner && !context.rules.adopt) throw ownedElsewhere(refOf(live), await nameOf(context, owner, options));
  const isOurs = live.metadata.labels?.[applySetKeys.partOf] === context.setId || findApplyEntry(live.metadata) !== undefined;
  if (context.rules.adopt) await takeOver(context, live, options);
  const stored = await send(
    context,
    withCondition(desired.object, { uid: live.metadata.uid ?? "" }),
    isOurs || context.rules.adopt,
    options,
  );
  const outcome = stored.metadata.resourceVersion === live.metadata.resourceVersion ? "unchanged" : "configured";
  return { outcome, object: stored, note: owner ? `adopted from ${owner.name}` : isOurs ? "" : "adopted, nobody owned it" };
};

const applyNew = async (context: ApplyContext, desired: DesiredObject, options: StepOptions): Promise<Applied> => {
  try {
    const object = await send(context, withCondition(desired.object, { resourceVersion: impossibleVersion }), false, options);
    return { outcome: "created", object, note: "" };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const live = await context.kube.find(targetOf(desired.object), options);
    if (live === undefined) throw error;
    return applyOverExisting(context, desired, live, options);
  }
};

const resolveDesired = async (
  context: ApplyContext,
  desired: DesiredObject,
  yields: readonly string[],
  options: StepOptions,
): Promise<KubeObject> => {
  if (yields.length === 0) return desired.object;
  const live = await context.kube.find(targetOf(desired.object), options);
  return live === undefined ? desired.object : resolveYields(desired.object, live, yields);
};

const applyKnown = async (
  context: ApplyContext,
  desired: DesiredObject,
  { uid, yields }: { readonly uid: string; readonly yields: readonly string[] },
  options: StepOptions,
): Promise<Applied> => {
  const object = await resolveDesired(context, desired, yields, options);
  try {
    const stored = await send(context, withCondition(object, { uid }), true, options);
    if (stored.metadata.deletionTimestamp !== undefined) throw leaving(stored);
    return { outcome: "configured", object: stored, note: "" };
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    if (error.code === "conflict") return applyNew(context, desired, options);
    return recreate(context, desired, { uid, refusal: error }, options);
  }
};

/**
 * Applies one object and says what came of it.
 *
 * Errors: `conflict` when somebody else owns the object or a field of it (and `adopt` is off), `unavailable` while a namesake is being
 * deleted, and whatever the API server answers.
 */
export const applyObject = (
  context: ApplyContext,
  desired: DesiredObject,
  { expect, yields }: { readonly expect: Expectation; readonly yields: readonly string[] },
  options: StepOptions,
): Promise<Applied> =>
  expect === "absent" ? applyNew(context, desired, options) : applyKnown(context, desired, { uid: expect.uid, yields }, options);
