// `windlass health`: verdicts on objects from a file, without a cluster.
import {
  type KubeObject,
  assessHealth,
  assessKstatus,
  escapeControls,
  formatRef,
  readLiveObjects,
  refOf,
  toWindlassError,
} from "@windlass/core";
import { liveLimits, readTextFile } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { formatTable } from "./table.ts";

export interface HealthOptions {
  readonly file: string;
  readonly kstatus: boolean;
}

interface Verdict {
  readonly object: KubeObject;
  readonly status: string;
  readonly message: string;
}

const formatLine = ({ object, status, message }: Verdict): string => {
  const { apiVersion, kind, metadata } = object;
  const { namespace = "", name } = metadata;
  return `${JSON.stringify({ apiVersion, kind, namespace, name, status, message })}\n`;
};

const formatVerdicts = (verdicts: readonly Verdict[]): string =>
  formatTable(
    ["STATUS", "OBJECT", "MESSAGE"],
    verdicts.map(({ object, status, message }) =>
      [status, formatRef(refOf(object)), message].map((cell) => escapeControls(cell).replaceAll("\n", " ")),
    ),
  );

/**
 * Prints the verdict on each object in the order of the file.
 *
 * Errors: `invalid`, after all verdicts are printed, naming every document that cannot be read; those of reading the file.
 */
export const runHealth = async (context: CommandContext, { file, kstatus }: HealthOptions): Promise<void> => {
  const { stdout, signal, globals } = context;
  const text = await readTextFile(file, { signal });
  const { objects, errors } = readLiveObjects(text, file === "-" ? "stdin" : file, liveLimits);
  const assess = kstatus ? assessKstatus : assessHealth;
  const verdicts = objects.map(({ object }) => ({ object, ...assess(object) }));
  if (globals().output === "json") stdout.write(verdicts.map(formatLine).join(""));
  else if (verdicts.length > 0) stdout.write(formatVerdicts(verdicts));
  if (errors.length > 0) throw toWindlassError(errors);
};
