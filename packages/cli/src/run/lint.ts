// `windlass lint`: findings by file and line, for people, CI jobs and code hosts.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { type Finding, type Severity, WindlassError, findMinor, formatJunit, formatSarif } from "@windlass/core";
import { type LintReport, lintFiles, lintPath } from "@windlass/engine";
import type { CommandContext } from "../command.ts";

export interface LintCommandOptions {
  readonly path: string;
  readonly kubeVersion: string;
  readonly format: "text" | "sarif" | "junit";
}

const severities: readonly Severity[] = ["error", "warning", "info"];

const countOf = (findings: readonly Finding[], severity: Severity): number => findings.filter((one) => one.severity === severity).length;

const formatText = ({ colors }: CommandContext, { findings, files, charts }: LintReport): string => {
  const paint = { error: colors().red, warning: colors().yellow, info: colors().dim };
  const lines = findings.flatMap(({ severity, file, line, message, remedy, rule }) => [
    `${file}${line > 0 ? `:${line}` : ""}: ${paint[severity](severity)}: ${message} (${rule})`,
    colors().dim(`    remedy: ${remedy}`),
  ]);
  const notLooked = charts.map((folder) =>
    colors().dim(`chart ${folder === "" ? "." : folder} was not looked into: lint what it renders to`),
  );
  const counts = severities.map((severity) => `${countOf(findings, severity)} ${severity === "info" ? "info" : `${severity}s`}`).join(", ");
  return `${[...lines, ...notLooked, `${files.length} files: ${counts}`].join("\n")}\n`;
};

const readVersion = (): string => (createRequire(import.meta.url)("../../package.json") as { version: string }).version;

const readReport = async ({ path, kubeVersion }: LintCommandOptions, signal: AbortSignal): Promise<LintReport> => {
  if (path !== "-") return lintPath(path, { kubeVersion, signal });
  const content = Buffer.from(await text(process.stdin));
  return lintFiles([{ path: "stdin.yaml", read: async () => content }], { kubeVersion, signal });
};

/** Prints what is wrong; exit status 1 when an error is among it. */
export const runLint = async (context: CommandContext, options: LintCommandOptions): Promise<void> => {
  if (findMinor(options.kubeVersion) === undefined)
    throw new WindlassError({
      code: "invalid",
      message: `${JSON.stringify(options.kubeVersion)} is no version of Kubernetes`,
      remedy: "write it like 1.37",
    });
  const report = await readReport(options, context.signal);
  const { findings, files } = report;
  const json = (): string => `${JSON.stringify({ findings, files: files.length, charts: report.charts })}\n`;
  const formats = {
    text: () => (context.globals().output === "json" ? json() : formatText(context, report)),
    sarif: () => formatSarif(findings, readVersion()),
    junit: () => formatJunit(findings, files),
  };
  context.stdout.write(formats[options.format]());
  context.setExitStatus(countOf(findings, "error") > 0 ? 1 : 0);
};
