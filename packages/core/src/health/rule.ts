// What a rule is, and how the tables of rules are looked up.
import { groupOf, type KubeObject } from "../object/object.ts";
import type { Health } from "./verdict.ts";

/** The verdict on an object of one kind; undefined leaves it to the generic rule. Pure and total: it never throws, whatever the object holds. */
export type Rule = (object: KubeObject) => Health | undefined;

/** Something by API group and kind. A group `*.example.org` means every group below example.org; a kind `*` every kind without an entry of its own. */
export type KindTable<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** Rules by API group and kind. */
export type RuleTable = KindTable<Rule>;

/** A lookup over many tables, made once: a later table wins over an earlier one, an exact group over a `*.` group, a longer suffix over a shorter. */
export const createKindLookup = <T>(tables: readonly KindTable<T>[]): ((object: KubeObject) => T | undefined) => {
  const groups = new Map<string, Map<string, T>>();
  for (const [group, kinds] of tables.flatMap((table) => Object.entries(table))) {
    groups.set(group, new Map([...(groups.get(group) ?? []), ...Object.entries(kinds)]));
  }
  const inGroup = (group: string, kind: string): T | undefined => groups.get(group)?.get(kind) ?? groups.get(group)?.get("*");
  return (object) => {
    const group = groupOf(object.apiVersion);
    const exact = inGroup(group, object.kind);
    if (exact !== undefined) return exact;
    for (let dot = group.indexOf("."); dot >= 0; dot = group.indexOf(".", dot + 1)) {
      const entry = inGroup(`*${group.slice(dot)}`, object.kind);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };
};
