// What a sync would change, field by field: the object as it is against what the API server's dry run would make of it.
import { canonicalJson } from "../object/canonical.ts";
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json, JsonObject, KubeObject } from "../object/object.ts";
import { withoutFields } from "../object/update.ts";
import { type Step, formatPath } from "./field-path.ts";
import { findKeyedLists } from "./list-keys.ts";
import { maskSecrets } from "./mask.ts";

/** A field that differs. `before` is absent for one that is added, `after` for one that is removed; either may be a whole subtree. */
export interface FieldChange {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

export interface DiffOptions {
  /** Hide the values of Secrets. Default: true; only a process that the person runs with their own rights may say false. */
  readonly mask?: boolean;
}

/**
 * The fields that differ, in the order of the fields' names. An object that is absent has no fields.
 *
 * Shape: items of lists are matched by their merge key where one is obvious (`containers[name=api].image`); a list whose items have none is
 * compared place by place, or shown whole when its length differs. What only the server writes is left out: `status`, `metadata.managedFields`,
 * `resourceVersion`, `generation`, `uid`, `creationTimestamp`.
 * Errors: none (total).
 */
export const diffObjects = (
  live: KubeObject | undefined,
  merged: KubeObject | undefined,
  { mask = true }: DiffOptions = {},
): readonly FieldChange[] => {
  const changes: FieldChange[] = [];
  const [before, after] = mask ? [live && maskSecrets(live), merged && maskSecrets(merged, live)] : [live, merged];
  diffValues(comparable(before), comparable(after), [], (path, change) => changes.push({ path: formatPath(path), ...change }));
  return changes;
};

type Emit = (path: readonly Step[], change: Omit<FieldChange, "path">) => void;

const noise = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

const comparable = (object: KubeObject | undefined): JsonObject => {
  const { metadata, ...fields } = withoutFields((object ?? {}) as unknown as JsonObject, ["status"]);
  return isJsonObject(metadata) ? { ...fields, metadata: withoutFields(metadata, noise) } : fields;
};

const present = (before: Json | undefined, after: Json | undefined): Omit<FieldChange, "path"> => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const diffValues = (before: Json | undefined, after: Json | undefined, path: readonly Step[], emit: Emit): void => {
  if (before === after) return;
  if (isJsonObject(before) && isJsonObject(after)) diffFields(before, after, path, emit);
  else if (isJsonList(before) && isJsonList(after)) diffLists(before, after, path, emit);
  else if (before === undefined || after === undefined || canonicalJson(before) !== canonicalJson(after))
    emit(path, present(before, after));
};

const diffFields = (before: JsonObject, after: JsonObject, path: readonly Step[], emit: Emit): void => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const field of [...names].toSorted()) diffValues(ownField(before, field), ownField(after, field), [...path, { field }], emit);
};

const ownField = (value: JsonObject, name: string): Json | undefined => (Object.hasOwn(value, name) ? value[name] : undefined);

const diffLists = (before: readonly Json[], after: readonly Json[], path: readonly Step[], emit: Emit): void => {
  const keyed = findKeyedLists(before, after);
  if (keyed === undefined) {
    if (before.length === after.length) before.forEach((item, index) => diffValues(item, after[index], [...path, { index }], emit));
    else emit(path, { before, after });
    return;
  }
  const keys = new Set([...keyed.before.keys(), ...keyed.after.keys()]);
  for (const key of keys) diffValues(keyed.before.get(key), keyed.after.get(key), [...path, { key }], emit);
  const common = (from: ReadonlyMap<string, Json>, other: ReadonlyMap<string, Json>): readonly string[] =>
    [...from.keys()].filter((key) => other.has(key));
  const order = { before: common(keyed.before, keyed.after), after: common(keyed.after, keyed.before) };
  if (canonicalJson(order.before) !== canonicalJson(order.after)) emit([...path, { key: "order" }], order);
};
