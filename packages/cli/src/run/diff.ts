// `windlass diff`: what would change, field by field.
import { exitStatusOf, formatDiff, formatRef } from "@windlass/core";
import { type ObjectDiff, diffPlacement } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { withCluster } from "./open-cluster.ts";
import { type SourceOptions, nameOfSource, openSource } from "./open-source.ts";

export interface DiffOptions extends SourceOptions {
  readonly timeout: number;
}

const headings: Readonly<Record<ObjectDiff["type"], string>> = {
  created: "+ would be created",
  changed: "~ would change",
  left: "- is no longer in the source",
  unchanged: "= same",
  failed: "✗ would be refused",
};

const formatOne = ({ colors }: CommandContext, { ref, type, changes, error }: ObjectDiff): string => {
  const paint = { created: colors().green, changed: colors().yellow, left: colors().red, unchanged: colors().dim, failed: colors().red }[
    type
  ];
  const body = error
    ? `    ${error.message}\n    remedy: ${error.remedy}\n`
    : type === "changed"
      ? formatDiff(changes).replaceAll(/^(?=.)/gm, "    ")
      : "";
  return `${paint(`${headings[type]}: ${formatRef(ref)}`)}\n${body}`;
};

/** Prints the difference. Exit status: 0 the same, 1 different, an error's own where the API server refused an object. */
export const runDiff = async (context: CommandContext, options: DiffOptions): Promise<void> => {
  const { objects } = await openSource(options, context.signal);
  await withCluster(context, async ({ kube, namespace }) => {
    const placement = { name: nameOfSource(options), namespace: options.namespace ?? namespace };
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(options.timeout)]);
    const diffs = await diffPlacement(kube, { placement, objects }, { signal });
    const different = diffs.filter(({ type }) => type !== "unchanged");
    if (context.globals().output === "json") {
      context.stdout.write(
        `${JSON.stringify(different.map(({ error, ...rest }) => ({ ...rest, ...(error ? { error: { code: error.code, message: error.message, remedy: error.remedy } } : {}) })))}\n`,
      );
    } else for (const diff of different) context.stdout.write(formatOne(context, diff));
    const [failed] = diffs.flatMap(({ error }) => (error ? [error] : []));
    context.setExitStatus(failed ? exitStatusOf[failed.code] : different.length > 0 ? 1 : 0);
  });
};
