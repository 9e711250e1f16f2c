// What is there: the members of a set, seen through metadata only.
import {
  type InventoryEntry,
  type KubeObject,
  type LiveObject,
  type ObjectKey,
  WindlassError,
  canonicalJson,
  findApplyEntry,
  keyOfRef,
} from "@windlass/core";
import type { CallOptions, KubeClient } from "../kube/types.ts";
import { applySetKeys } from "./applyset.ts";
import { hashText } from "./hash.ts";

/** `group/Kind`: what can be unreachable as a whole. */
export type KindKey = string;
export const kindKeyOf = ({ group, kind }: { readonly group: string; readonly kind: string }): KindKey => `${group}/${kind}`;

export interface Observation {
  readonly live: ReadonlyMap<ObjectKey, LiveObject>;
  /** Kinds that could not be read; nothing is known of their objects, so nothing may be decided about them. */
  readonly unknown: ReadonlyMap<KindKey, WindlassError>;
}

const keepMarks: readonly (readonly [string, RegExp])[] = [
  ["windlass.dev/prune", /^disabled$/],
  ["argocd.argoproj.io/sync-options", /(^|,)\s*Prune=false\s*(,|$)/],
  ["helm.sh/resource-policy", /^keep$/],
  ["kustomize.toolkit.fluxcd.io/prune", /^disabled$/],
];

/** Hash of the field set that the API server records as applied by us, "" when there is none. */
export const ownFieldsHash = ({ metadata }: Pick<KubeObject, "metadata">): string => {
  const entry = findApplyEntry(metadata);
  return entry?.fieldsV1 === undefined ? "" : hashText(`${entry.apiVersion} ${canonicalJson(entry.fieldsV1)}`);
};

/** What the planner needs to know of an object. */
export const toLiveObject = (object: Pick<KubeObject, "metadata">): LiveObject => ({
  uid: object.metadata.uid ?? "",
  resourceVersion: object.metadata.resourceVersion ?? "",
  partOf: object.metadata.labels?.[applySetKeys.partOf] ?? "",
  deleting: object.metadata.deletionTimestamp !== undefined,
  fields: ownFieldsHash(object),
  keep: keepMarks.some(([key, value]) => value.test(object.metadata.annotations?.[key] ?? "")),
});

const toError = (error: unknown, { kind }: { readonly kind: string }): WindlassError =>
  error instanceof WindlassError
    ? error
    : new WindlassError(
        {
          code: "timeout",
          message: `the API server did not list ${kind} objects within ${kindTimeoutMs / 1000} s`,
          remedy: "look at the conversion webhook of the kind, and at the API server",
        },
        { cause: error },
      );

/** A kind that the API server keeps putting off (a broken conversion webhook does that) is given up after this long, and only that kind. */
const kindTimeoutMs = 10_000;

/** One request per kind, or per kind and namespace where a kind stands in one namespace only: the narrower permission suffices there. */
const listTargets = (entries: readonly InventoryEntry[]) =>
  [...Map.groupBy(entries, (entry) => `${entry.group}/${entry.version}/${entry.kind}`).values()].map((group) => {
    const [{ group: apiGroup, version, kind, namespace }] = group as [InventoryEntry];
    const oneNamespace = namespace !== "" && group.every((entry) => entry.namespace === namespace);
    return { group: apiGroup, version, kind, ...(oneNamespace ? { namespace } : {}) };
  });

/** The members of a set among the kinds of its record. A kind that no longer exists has no objects. */
export const observeMembers = async (
  kube: KubeClient,
  setId: string,
  entries: readonly InventoryEntry[],
  options: CallOptions,
): Promise<Observation> => {
  const live = new Map<ObjectKey, LiveObject>();
  const unknown = new Map<KindKey, WindlassError>();
  const observe = async (target: ReturnType<typeof listTargets>[number]): Promise<void> => {
    try {
      if ((await kube.findKind(target, options)) === undefined) return;
      const { items } = await kube.list(
        { ...target, labelSelector: `${applySetKeys.partOf}=${setId}`, metadataOnly: true },
        { signal: AbortSignal.any([AbortSignal.timeout(kindTimeoutMs), ...(options.signal ? [options.signal] : [])]) },
      );
      for (const item of items) {
        const { name, namespace = "" } = item.metadata;
        live.set(keyOfRef({ group: target.group, kind: target.kind, namespace, name }), toLiveObject(item));
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      unknown.set(kindKeyOf(target), toError(error, target));
    }
  };
  await Promise.all(listTargets(entries).map(observe));
  return { live, unknown };
};
