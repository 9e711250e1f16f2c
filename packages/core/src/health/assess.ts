// The entry of health: what is true of every object first, then the rule of its kind, then the vocabulary that kinds share.
import type { KubeObject } from "../object/object.ts";
import { assessDeletion, assessStaleness } from "./common.ts";
import { assessGeneric } from "./generic/generic.ts";
import { createKindLookup } from "./rule.ts";
import { ruleTables } from "./rules/tables.ts";
import { type Health } from "./verdict.ts";

const findRule = createKindLookup(ruleTables);

/**
 * The health of one live object, by what the object itself says.
 *
 * Order: being deleted → Progressing; its controller has not seen the latest change → Progressing; the rule of its group and kind;
 * the generic rule. Never Missing: that is for the caller, who knows that an object should exist and does not.
 * Errors: none (total); a field of an unexpected type reads as absent.
 * Source: argo-cd, gitops-engine/pkg/health/health.go, `GetResourceHealth`
 */
export const assessHealth = (object: KubeObject): Health =>
  assessDeletion(object) ?? assessStaleness(object) ?? findRule(object)?.(object) ?? assessGeneric(object);
