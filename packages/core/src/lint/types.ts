// What lint looks at and what it says: data in, data out, no cluster.
import type { KubeObject, Origin } from "../object/object.ts";
import type { Schemas } from "./schema.ts";

/** Every rule with the question it asks. The names are part of the output and stay. */
export const lintRules = {
  structure: "Can every document be read, and does it say which object it is?",
  duplicate: "Does every object stand once?",
  "unknown-field": "Does Kubernetes know every field?",
  "missing-field": "Is every required field there?",
  "wrong-type": "Is every value of the type that Kubernetes wants?",
  "unknown-kind": "Does Kubernetes have this kind in this version?",
  "removed-api": "Is the API version still served?",
  "deprecated-api": "Will the API version go on being served?",
  "image-not-pinned": "Does every image name a version?",
  "image-without-digest": "Does every image name its content?",
  "secret-in-clear": "Are Secrets encrypted in the source?",
  "token-in-clear": "Is there no text that is a token or a private key?",
  "selector-mismatch": "Does every selector match the template beside it?",
  "dangling-reference": "Does every reference lead to something in the set?",
} as const;

export type LintRule = keyof typeof lintRules;
export type Severity = "error" | "warning" | "info";

/** One finding. `line` counts from 1; 0 means the whole file. */
export interface Finding {
  readonly rule: LintRule;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

/** An object with its place, and the line of whatever stands in it. */
export interface LintObject {
  readonly object: KubeObject;
  readonly origin: Origin;
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

export interface LintContext {
  /** `1.37`: the version that the objects are meant for. */
  readonly kubeVersion: string;
  readonly schemas: Schemas;
  /** The objects are all of a set, so that what they point at has to be among them. */
  readonly isWhole: boolean;
}

/** What a rule says, at a path of an object. */
export interface Remark {
  readonly rule: LintRule;
  readonly severity: Severity;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
}
