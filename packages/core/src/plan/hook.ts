// Hooks and waves, read from our own annotations, from Argo CD's and from Helm's.
import type { KubeObject } from "../object/object.ts";
import type { Hook, HookDeletePolicy, HookPhase } from "./types.ts";

/** What an object's annotations make of it: a plain object, a hook, or nothing that a sync would apply. */
export type HookReading =
  | { readonly type: "object" }
  | { readonly type: "hook"; readonly hook: Hook }
  | { readonly type: "ignored"; readonly reason: string };

const ownPhases: Readonly<Record<string, HookPhase>> = {
  "pre-sync": "pre-sync",
  sync: "sync",
  "post-sync": "post-sync",
  "sync-fail": "sync-fail",
  "pre-delete": "pre-delete",
  "post-delete": "post-delete",
};

/** Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ */
const argoPhases: Readonly<Record<string, HookPhase>> = {
  PreSync: "pre-sync",
  Sync: "sync",
  PostSync: "post-sync",
  SyncFail: "sync-fail",
  PreDelete: "pre-delete",
  PostDelete: "post-delete",
};

/** Source: https://helm.sh/docs/topics/charts_hooks/ */
const helmPhases: Readonly<Record<string, HookPhase>> = {
  "pre-install": "pre-sync",
  "pre-upgrade": "pre-sync",
  "post-install": "post-sync",
  "post-upgrade": "post-sync",
  "pre-delete": "pre-delete",
  "post-delete": "post-delete",
};

const deletePolicies: Readonly<Record<string, HookDeletePolicy>> = {
  "before-creation": "before-creation",
  succeeded: "succeeded",
  failed: "failed",
  BeforeHookCreation: "before-creation",
  HookSucceeded: "succeeded",
  HookFailed: "failed",
  "before-hook-creation": "before-creation",
  "hook-succeeded": "succeeded",
  "hook-failed": "failed",
};

const words = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

const known = <T>(table: Readonly<Record<string, T>>, names: readonly string[]): readonly T[] =>
  names.flatMap((name) => (Object.hasOwn(table, name) ? [table[name] as T] : []));

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

const hookOf = (phases: readonly HookPhase[], policies: string | undefined, when: Hook["when"]): HookReading => {
  const read = known(deletePolicies, words(policies));
  return { type: "hook", hook: { phases: unique(phases), deletePolicies: read.length > 0 ? unique(read) : ["before-creation"], when } };
};

const helmWhen = (names: readonly string[]): Hook["when"] => {
  const install = names.some((name) => name.endsWith("-install"));
  const upgrade = names.some((name) => name.endsWith("-upgrade"));
  return install && !upgrade ? "install" : upgrade && !install ? "upgrade" : "always";
};

const readHelmHook = (names: readonly string[], policies: string | undefined): HookReading => {
  // Helm 2's crd-install is a CRD like any other today.
  if (names.includes("crd-install")) return { type: "object" };
  const phases = known(helmPhases, names);
  if (phases.length > 0) return hookOf(phases, policies, helmWhen(names));
  return { type: "ignored", reason: `helm.sh/hook: ${names.join(",")} runs on request only` };
};

/** Whether an object is a hook. An unknown word among our own or Argo CD's phases makes the object be left out, with the reason. */
export const readHook = (object: KubeObject): HookReading => {
  const annotations = object.metadata.annotations ?? {};
  for (const [key, table, policyKey] of [
    ["windlass.dev/hook", ownPhases, "windlass.dev/hook-delete-policy"],
    ["argocd.argoproj.io/hook", argoPhases, "argocd.argoproj.io/hook-delete-policy"],
  ] as const) {
    const names = words(annotations[key]);
    if (names.length === 0) continue;
    const phases = known(table, names);
    if (phases.length === names.length) return hookOf(phases, annotations[policyKey], "always");
    if (names.includes("Skip")) return { type: "ignored", reason: `${key}: Skip` };
    return { type: "ignored", reason: `${key}: "${annotations[key]}" names no phase that is known (${Object.keys(table).join(", ")})` };
  }
  const helm = words(annotations["helm.sh/hook"]);
  return helm.length > 0 ? readHelmHook(helm, annotations["helm.sh/hook-delete-policy"]) : { type: "object" };
};

/** The wave of an object, 0 unless `windlass.dev/wave`, Argo CD's `sync-wave` or Helm's `hook-weight` says a whole number. */
export const waveOf = (object: KubeObject): number => {
  const annotations = object.metadata.annotations ?? {};
  const text = annotations["windlass.dev/wave"] ?? annotations["argocd.argoproj.io/sync-wave"] ?? annotations["helm.sh/hook-weight"];
  return text !== undefined && /^[+-]?\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
};

/** Whether a hook runs in a sync that is (not) the placement's first. */
export const runsIn = (hook: Hook, firstSync: boolean): boolean => hook.when === "always" || (hook.when === "install") === firstSync;
