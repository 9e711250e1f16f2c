// `windlass health`: verdicts on objects from a file, without a cluster.
import {
  type KubeObject,
  assessHealth,
  assessKstatus,
  collectEvidence,
  escapeControls,
  explainHealth,
  formatRef,
  readLiveObjects,
  refOf,
  toWindlassError,
} from "@windlass/core";
import { createJudge, createLuaRunner, createToolbox, liveLimits, loadRulesFolder, readTextFile } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { formatTable } from "./table.ts";

export interface HealthOptions {
  readonly file: string;
  readonly kstatus: boolean;
  readonly rules?: string;
  readonly toolbox?: string;
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

/** Verdicts by the rules of a folder, ours where it has none. */
const judgeByFolder = async (
  objects: readonly KubeObject[],
  { folder, toolbox, signal }: { readonly folder: string; readonly toolbox: string | undefined; readonly signal: AbortSignal },
): Promise<readonly Verdict[]> => {
  const rules = await loadRulesFolder(folder, signal);
  const lua = createLuaRunner();
  const cel = toolbox === undefined ? undefined : createToolbox({ directory: toolbox, role: "eval", size: 1, deadlineMs: 5_000 });
  try {
    const judge = createJudge({ rules, lua, ...(cel ? { cel } : {}) });
    const verdicts: Verdict[] = [];
    for (const object of objects) verdicts.push({ object, ...(await judge(object, signal)) });
    return verdicts;
  } finally {
    await Promise.all([lua.close(), cel?.close()]);
  }
};

const judge = async (objects: readonly KubeObject[], options: HealthOptions, signal: AbortSignal): Promise<readonly Verdict[]> => {
  const { kstatus, rules, toolbox } = options;
  if (rules !== undefined) return judgeByFolder(objects, { folder: rules, toolbox, signal });
  if (kstatus) return objects.map((object) => ({ object, ...assessKstatus(object, Date.now()) }));
  const evidenceOf = collectEvidence(objects);
  return objects.map((object) => ({ object, ...explainHealth(assessHealth(object), evidenceOf(object)) }));
};

/**
 * Prints the verdict on each object in the order of the file.
 *
 * Errors: `invalid`, after all verdicts are printed, naming every document that cannot be read; those of reading the file and the rules.
 */
export const runHealth = async (context: CommandContext, options: HealthOptions): Promise<void> => {
  const { stdout, signal, globals } = context;
  const { file } = options;
  const text = await readTextFile(file, { signal });
  const { objects, errors } = readLiveObjects(text, file === "-" ? "stdin" : file, liveLimits);
  const verdicts = await judge(
    objects.map(({ object }) => object),
    options,
    signal,
  );
  if (globals().output === "json") stdout.write(verdicts.map(formatLine).join(""));
  else if (verdicts.length > 0) stdout.write(formatVerdicts(verdicts));
  if (errors.length > 0) throw toWindlassError(errors);
};
