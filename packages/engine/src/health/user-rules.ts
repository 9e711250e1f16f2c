// Verdicts by people's own rules, ours where they have none.
import {
  type Health,
  type KindTable,
  type KubeObject,
  WindlassError,
  assessDeletion,
  assessHealth,
  createKindLookup,
  healthOrder,
  isJsonObject,
} from "@windlass/core";
import { evalCel } from "../toolbox/eval-cel.ts";
import type { Toolbox } from "../toolbox/toolbox.ts";
import type { LuaRunner } from "./lua-runner.ts";
import type { WrittenRule } from "./rules-folder.ts";

export interface UserRulesDeps {
  readonly rules: KindTable<WrittenRule>;
  readonly lua: LuaRunner;
  /** The toolbox of role `eval`, for rules in CEL. Without it such a rule is Unknown, with that reason. */
  readonly cel?: Toolbox;
}

/** Judges one object. Errors: the signal's reason only; a rule that fails makes its object Unknown, and the message says why. */
export type JudgeObject = (object: KubeObject, signal?: AbortSignal) => Promise<Health>;

/** A judge that asks the rules for the object's kind first. An object on its way out is Progressing whatever the rules say, as in Argo CD. */
export const createJudge = ({ rules, lua, cel }: UserRulesDeps): JudgeObject => {
  const find = createKindLookup([rules]);
  return async (object, signal) => {
    const rule = find(object);
    const early = assessDeletion(object);
    if (early || !rule) return early ?? assessHealth(object);
    try {
      return rule.language === "lua" ? toHealth(await lua.run(rule.text, object, signal)) : await runCel(rule, object, { cel, signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof WindlassError)) throw error;
      return { status: "Unknown", message: `${rule.file}: ${error.message}` };
    }
  };
};

const toHealth = ({ status, message }: { readonly status: string; readonly message: string }): Health => {
  const known = healthOrder.find((candidate) => candidate === status);
  if (known) return { status: known, message };
  const shown = status === "" ? "no status" : `the status ${JSON.stringify(status.slice(0, 40))}`;
  return { status: "Unknown", message: `The rule gives ${shown}; it has to be one of ${healthOrder.join(", ")}` };
};

interface CelContext {
  readonly cel: Toolbox | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A rule in CEL is one expression over `object`: a status as text, or a map with `status` and `message`. */
const runCel = async ({ text }: WrittenRule, object: KubeObject, { cel, signal }: CelContext): Promise<Health> => {
  if (!cel) throw withoutToolbox();
  const [outcome] = await evalCel(cel, { expressions: [text], variables: { object } }, signal ? { signal } : {});
  if (outcome?.error !== undefined) throw celFailed(outcome.error);
  const value = outcome?.value;
  if (typeof value === "string") return toHealth({ status: value, message: "" });
  if (!isJsonObject(value)) throw celFailed("it gives neither a text nor a map with status and message");
  const { status, message } = value;
  return toHealth({ status: typeof status === "string" ? status : "", message: typeof message === "string" ? message : "" });
};

const celFailed = (reason: string): WindlassError =>
  new WindlassError({ code: "invalid", message: `the CEL rule failed: ${reason}`, remedy: "correct the expression" });

const withoutToolbox = (): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: "a rule in CEL needs the toolbox",
    remedy: "name the folder of its programs with --toolbox, or write the rule in Lua",
  });
