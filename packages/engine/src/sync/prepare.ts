// From what the source says to what the cluster shall hold: scope, namespace, labels, hashes.
import {
  type DesiredObject,
  type KubeObject,
  type SourcedObject,
  WindlassError,
  canonicalJson,
  formatRef,
  groupOf,
  keyOf,
  normalise,
  refOf,
  versionOf,
} from "@windlass/core";
import type { CallOptions, KubeClient } from "../kube/types.ts";
import { applySetKeys } from "./applyset.ts";
import { hashText } from "./hash.ts";

/** An object of the source that cannot be applied, and why. */
interface Refusal {
  readonly object: SourcedObject;
  readonly error: WindlassError;
}

export interface Prepared {
  readonly desired: readonly DesiredObject[];
  readonly refused: readonly Refusal[];
  /** Names the whole set: equal hashes, equal objects. */
  readonly renderedHash: string;
}

interface CrdSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: { readonly kind?: string };
}

const scopesOfOwnCrds = (objects: readonly SourcedObject[]): ReadonlyMap<string, boolean> =>
  new Map(
    objects.flatMap(({ object }) => {
      if (object.kind !== "CustomResourceDefinition") return [];
      const spec = object["spec"] as CrdSpec | undefined;
      return [[`${spec?.group}/${spec?.names?.kind}`, spec?.scope === "Namespaced"] as const];
    }),
  );

const unknownKind = ({ object, origin }: SourcedObject): WindlassError =>
  new WindlassError({
    code: "not_found",
    message: `${formatRef(refOf(object))} (${origin.file}:${origin.line}): the cluster has no kind ${object.kind} in ${object.apiVersion}, and no CRD of the source brings it`,
    remedy: "check apiVersion and kind, install the CRD first, or add it to the source",
  });

const isWindlassError = (error: unknown): error is WindlassError => error instanceof WindlassError;

/** Objects normalised, labelled and hashed; those whose kind nobody knows are refused one by one, without harm to the others. */
export const prepareObjects = async (
  kube: KubeClient,
  objects: readonly SourcedObject[],
  set: { readonly setId: string; readonly namespace: string },
  options: CallOptions,
): Promise<Prepared> => {
  const ownScopes = scopesOfOwnCrds(objects);
  const scopes = new Map<string, Promise<boolean | WindlassError | undefined>>();
  const scopeOf = ({ apiVersion, kind }: KubeObject): Promise<boolean | WindlassError | undefined> => {
    const group = groupOf(apiVersion);
    const cached = scopes.get(`${apiVersion}/${kind}`);
    if (cached) return cached;
    const found = kube
      .findKind({ group, kind, version: versionOf(apiVersion) }, options)
      .then((info) => info?.namespaced ?? ownScopes.get(`${group}/${kind}`))
      .catch((error: unknown) => {
        if (isWindlassError(error) && error.code !== "unavailable" && error.code !== "unauthorized") return error;
        throw error;
      });
    scopes.set(`${apiVersion}/${kind}`, found);
    return found;
  };
  const desired: DesiredObject[] = [];
  const refused: Refusal[] = [];
  for (const sourced of objects) {
    const namespaced = await scopeOf(sourced.object);
    if (typeof namespaced !== "boolean") {
      refused.push({ object: sourced, error: namespaced ?? unknownKind(sourced) });
      continue;
    }
    const object = normalise(sourced.object, { namespaced, defaultNamespace: set.namespace, labels: { [applySetKeys.partOf]: set.setId } });
    desired.push({ object, origin: sourced.origin, hash: hashText(canonicalJson(object)) });
  }
  const lines = [
    ...desired.map(({ object, hash }) => `${keyOf(object)} ${hash}`),
    ...refused.map(({ object }) => `${keyOf(object.object)} refused`),
  ];
  return { desired, refused, renderedHash: hashText(lines.toSorted().join("\n")) };
};
