// The one place that builds URLs of objects.
import { WindlassError } from "@windlass/core";
import type { KindInfo } from "./types.ts";

export interface Place {
  /** Ignored for kinds in cluster scope; "" or absent means all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** A name that could lead out of its place in the path is none that Kubernetes would take. */
const segment = (text: string, what: string): string => {
  if (text === "." || text === ".." || /[/%\0]/.test(text)) {
    throw new WindlassError({
      code: "invalid",
      message: `"${text}" cannot be the ${what} of an object.`,
      remedy: `Use a ${what} without "/" and "%".`,
    });
  }
  return encodeURIComponent(text);
};

/** The API version of a kind: `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<KindInfo, "group" | "version">): string =>
  group === "" ? version : `${group}/${version}`;

/**
 * The path of a collection, an object or a subresource.
 *
 * Errors: `invalid` for a name that cannot be one.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export const toPath = (kind: KindInfo, { namespace = "", name, subresource }: Place): string =>
  [
    kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`,
    ...(kind.namespaced && namespace !== "" ? ["namespaces", segment(namespace, "namespace")] : []),
    kind.resource,
    ...(name === undefined ? [] : [segment(name, "name")]),
    ...(subresource === undefined ? [] : [subresource]),
  ].join("/");
