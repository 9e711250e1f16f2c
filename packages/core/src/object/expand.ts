// `List` and its relatives: files that hold several objects in one document.
import { isJsonList, isJsonObject } from "./guards.ts";
import type { Json, JsonObject } from "./object.ts";

/** One value of a document and where it stands in it: `["items", 2]`. */
export interface Expanded {
  readonly value: Json;
  readonly path: readonly (string | number)[];
}

interface List {
  readonly items: readonly Json[];
  /** What an item without kind and API version is: `PodList` holds Pods. `undefined` in a `List`, which holds anything. */
  readonly itemKind?: string;
}

/** `kind: List`, or any kind called `…List` that has items. */
const findList = ({ kind, items }: JsonObject): List | undefined => {
  if (typeof kind !== "string" || !kind.endsWith("List")) return undefined;
  if (kind === "List") return isJsonList(items ?? []) ? { items: isJsonList(items) ? items : [] } : undefined;
  return isJsonList(items) ? { items, itemKind: kind.slice(0, -"List".length) } : undefined;
};

/** Source: k8s.io/apimachinery v0.37.2, pkg/apis/meta/v1/unstructured/unstructured_list.go and helpers.go, decodeToList */
const inherit = (item: Json, { apiVersion }: JsonObject, { itemKind }: List): Json => {
  if (itemKind === undefined || !isJsonObject(item) || item["kind"] !== undefined || item["apiVersion"] !== undefined) return item;
  return { ...item, apiVersion: apiVersion ?? null, kind: itemKind };
};

/** The values of a document, lists in lists opened. A list without items has none. */
export const expandLists = (value: Json, path: readonly (string | number)[] = []): readonly Expanded[] => {
  const list = isJsonObject(value) ? findList(value) : undefined;
  if (list === undefined || !isJsonObject(value)) return [{ value, path }];
  return list.items.flatMap((item, index) => expandLists(inherit(item, value, list), [...path, "items", index]));
};
