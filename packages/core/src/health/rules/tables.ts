// Every table of rules, in order: a later one wins.
import type { RuleTable } from "../rule.ts";
import { appsRules } from "./apps.ts";
import { batchRules } from "./batch.ts";
import { clusterRules } from "./cluster.ts";
import { coreRules } from "./core.ts";
import { networkingRules } from "./networking.ts";

/** The rules of every kind that has one of its own. */
export const ruleTables: readonly RuleTable[] = [coreRules, appsRules, batchRules, networkingRules, clusterRules];
