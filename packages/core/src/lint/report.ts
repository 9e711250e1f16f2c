// Findings in the forms that other tools read.
import { type Finding, type Severity, lintRules } from "./types.ts";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** SARIF, as code hosts show it beside the lines. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const formatSarif = (findings: readonly Finding[], version: string): string => {
  const used = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "windlass", version, rules: used.map((id) => ({ id, shortDescription: { text: lintRules[id] } })) } },
        results: findings.map(({ rule, severity, file, line, message, remedy }) => ({
          ruleId: rule,
          ruleIndex: used.indexOf(rule),
          level: levels[severity],
          message: { text: `${message}. Remedy: ${remedy}.` },
          locations: [
            { physicalLocation: { artifactLocation: { uri: encodeURI(file) }, ...(line > 0 ? { region: { startLine: line } } : {}) } },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

/** XML has no way at all to write a control character. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");

/** JUnit, one case per file: it fails when the file has an error; warnings stand in its output. */
export const formatJunit = (findings: readonly Finding[], files: readonly string[]): string => {
  const names = [...new Set([...files, ...findings.map(({ file }) => file)])].toSorted();
  const cases = names.map((name) => {
    const own = findings.filter(({ file }) => file === name);
    const errors = own.filter(({ severity }) => severity === "error");
    const lines = (some: readonly Finding[]): string =>
      escapeXml(some.map(({ line, rule, message, remedy }) => `${name}:${line}: ${message} (${rule}). Remedy: ${remedy}`).join("\n"));
    const failure =
      errors.length === 0
        ? ""
        : `<failure message="${lines(errors.slice(0, 1))}" type="${errors[0]?.rule ?? ""}">${lines(errors)}</failure>`;
    const rest = own.filter(({ severity }) => severity !== "error");
    const output = rest.length === 0 ? "" : `<system-out>${lines(rest)}</system-out>`;
    return {
      isFailure: errors.length > 0,
      text: `    <testcase classname="windlass.lint" name="${escapeXml(name)}">${failure}${output}</testcase>`,
    };
  });
  const failures = cases.filter(({ isFailure }) => isFailure).length;
  const body = cases.map(({ text }) => text).join("\n");
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="windlass lint" tests="${cases.length}" failures="${failures}" errors="0">`;
  return `${head}\n${body}${body === "" ? "" : "\n"}  </testsuite>\n</testsuites>\n`;
};
