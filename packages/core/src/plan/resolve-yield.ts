// What to send for a field that is yielded to a controller.
import type { KubeObject } from "../object/object.ts";
import { otherManagersOf } from "../ownership/managed-fields.ts";

type Tree = Readonly<Record<string, unknown>>;

const readPath = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((node, name) => (typeof node === "object" && node !== null ? (node as Tree)[name] : undefined), tree);

const withPath = (tree: Tree, [name = "", ...rest]: readonly string[], value: unknown): Tree => {
  if (rest.length > 0) return { ...tree, [name]: withPath((tree[name] ?? {}) as Tree, rest, value) };
  const { [name]: _dropped, ...others } = tree;
  return value === undefined ? others : { ...others, [name]: value };
};

/**
 * The object to apply where `paths` are yielded: a path that another manager owns is left out, one that is still ours keeps its live value.
 *
 * Leaving out a path that nobody else owns would make the API server remove the field, and a Deployment without replicas has one.
 */
export const resolveYields = (desired: KubeObject, live: KubeObject, paths: readonly string[]): KubeObject =>
  paths.reduce<KubeObject>((object, path) => {
    const names = path.split(".");
    if (readPath(object, names) === undefined) return object;
    const isTheirs = otherManagersOf(live.metadata, path).length > 0;
    return withPath(object, names, isTheirs ? undefined : (readPath(live, names) ?? readPath(object, names))) as KubeObject;
  }, desired);
