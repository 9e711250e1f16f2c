// What the API server can do, read from its aggregated discovery. Pure.
import type { JsonObject } from "@windlass/core";
import { objectOf, objectsOf, textOf, textsOf } from "./json-read.ts";
import type { KindInfo } from "./types.ts";

/** One answer of aggregated discovery. */
export interface Discovered {
  /** In the server's order: the preferred version of a group first. */
  readonly kinds: readonly KindInfo[];
  /** `group/version` whose own server did not answer the API server lately: their kinds may be missing or old. */
  readonly stale: readonly string[];
}

/** What to ask for; the beta form is the same but for its name, for servers before 1.30. */
export const discoveryAccept = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

const toKind = (group: string, version: string, resource: JsonObject): KindInfo => ({
  group,
  version,
  kind: textOf(objectOf(resource.responseKind).kind),
  resource: textOf(resource.resource),
  namespaced: resource.scope === "Namespaced",
  verbs: textsOf(resource.verbs),
  subresources: objectsOf(resource.subresources).map(({ subresource }) => textOf(subresource)),
});

/** The kinds in a discovery document, or `undefined` when it is none (a server before 1.26). */
export const readDiscovery = (document: unknown): Discovered | undefined => {
  const root = objectOf(document);
  if (root.kind !== "APIGroupDiscoveryList") return undefined;
  const served = objectsOf(root.items).flatMap((item) => {
    const group = textOf(objectOf(item.metadata).name);
    return objectsOf(item.versions).map((entry) => ({ group, version: textOf(entry.version), entry }));
  });
  return {
    kinds: served.flatMap(({ group, version, entry }) => objectsOf(entry.resources).map((resource) => toKind(group, version, resource))),
    stale: served.filter(({ entry }) => entry.freshness === "Stale").map(({ group, version }) => `${group}/${version}`),
  };
};

/** `next`, with the kinds of `previous` for what is stale and came without: a dead extension server has not lost its kinds. */
export const keepStale = (previous: Discovered | undefined, next: Discovered): Discovered => {
  const isKept = ({ group, version }: KindInfo): boolean =>
    next.stale.includes(`${group}/${version}`) && !next.kinds.some((kind) => kind.group === group && kind.version === version);
  const kept = previous?.kinds.filter(isKept) ?? [];
  return kept.length === 0 ? next : { ...next, kinds: [...next.kinds, ...kept] };
};
