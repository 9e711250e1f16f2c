// What a rule is, and how the tables of rules are looked up.
import { groupOf, type KubeObject } from "../object/object.ts";
import type { Health } from "./verdict.ts";

/** The verdict on an object of one kind; undefined leaves it to the generic rule. Pure and total: it never throws, whatever the object holds. */
export type Rule = (object: KubeObject) => Health | undefined;

/** Rules by API group and kind. A group `*.example.org` means every group below example.org; a kind `*` every kind without a rule of its own. */
export type RuleTable = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

/** Finds the rule for an object; undefined where its kind has none. */
export type RuleLookup = (object: KubeObject) => Rule | undefined;

/** A lookup over many tables, made once: a later table wins over an earlier one, an exact group over a `*.` group, a longer suffix over a shorter. */
export const createRuleLookup = (tables: readonly RuleTable[]): RuleLookup => {
  const groups = new Map<string, Map<string, Rule>>();
  for (const [group, kinds] of tables.flatMap((table) => Object.entries(table))) {
    groups.set(group, new Map([...(groups.get(group) ?? []), ...Object.entries(kinds)]));
  }
  const inGroup = (group: string, kind: string): Rule | undefined => groups.get(group)?.get(kind) ?? groups.get(group)?.get("*");
  return (object) => {
    const group = groupOf(object.apiVersion);
    const exact = inGroup(group, object.kind);
    if (exact) return exact;
    for (let dot = group.indexOf("."); dot >= 0; dot = group.indexOf(".", dot + 1)) {
      const rule = inGroup(`*${group.slice(dot)}`, object.kind);
      if (rule) return rule;
    }
    return undefined;
  };
};
