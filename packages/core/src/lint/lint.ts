// What is wrong, or about to be, with the objects of a source: found before any cluster sees them.
import type { SourceError } from "../object/source-error.ts";
import { checkApiVersion } from "./api-versions.ts";
import { checkImages } from "./images.ts";
import { checkReferences } from "./references.ts";
import { checkSchema } from "./schema.ts";
import { checkSecrets } from "./secrets.ts";
import type { Finding, LintContext, LintObject, Remark } from "./types.ts";

/** Faults of reading as findings. Errors: none (total). */
export const toFindings = (errors: readonly SourceError[], rule: "structure" | "duplicate"): readonly Finding[] =>
  errors.map(({ file, line, message, remedy }) => ({ rule, severity: "error", file, line, message, remedy }));

/**
 * Findings about the objects of one set, in the order of files and lines.
 *
 * Shape: lines are those of the value that a finding is about, as far as the source tells them. Errors: none (total).
 */
export const lintObjects = (objects: readonly LintObject[], { kubeVersion, schemas, isWhole }: LintContext): readonly Finding[] => {
  const references = isWhole ? checkReferences(objects) : new Map<LintObject, readonly Remark[]>();
  const findings = objects.flatMap((one) => {
    const { object } = one;
    // A document that SOPS has encrypted has one field more than its kind.
    const { sops: _sops, ...plain } = object;
    const remarks = [
      ...checkApiVersion(object, kubeVersion, schemas),
      ...checkSchema(plain, schemas),
      ...checkImages(object),
      ...checkSecrets(plain),
      ...(references.get(one) ?? []),
    ];
    return remarks.map((remark) => toFinding(one, remark));
  });
  return sortFindings(findings);
};

const toFinding = ({ origin, lineOf }: LintObject, { rule, severity, path, message, remedy }: Remark): Finding => ({
  rule,
  severity,
  file: origin.file,
  line: lineOf(path),
  message,
  remedy,
});

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** By file, line and rule: the same source gives the same report. */
export const sortFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule) || compare(a.message, b.message));
