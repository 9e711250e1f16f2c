// The lines that the toolbox's programs write, read with suspicion: one of them runs untrusted templates.
import { WindlassError, exitStatusOf, type ErrorBody, type ErrorCode } from "@windlass/core";

/** One request, as the pool sends it. `id` is unique within a process. */
export interface ToolboxRequest {
  readonly id: number;
  readonly op: string;
  readonly params: unknown;
  readonly deadlineMs: number;
}

/** What a program says: that it is ready and how it is confined, or the outcome of a request. */
export type ToolboxLine =
  | { readonly type: "ready"; readonly confinement: readonly string[] }
  | { readonly type: "answer"; readonly id: number; readonly isLast: boolean; readonly outcome: Outcome };

export type Outcome =
  | { readonly ok: true; readonly result: unknown; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly error: WindlassError };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const stringsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);

/**
 * One line of a program's output.
 *
 * Errors: `internal` when it is no answer at all.
 */
export const parseLine = (line: string): ToolboxLine => {
  const message = parseJson(line);
  if (isRecord(message.ready)) return { type: "ready", confinement: stringsOf(message.ready.confinement) };
  if (typeof message.id !== "number") throw malformed(line);
  return { type: "answer", id: message.id, isLast: message.last === true, outcome: outcomeOf(message) };
};

const parseJson = (line: string): Readonly<Record<string, unknown>> => {
  try {
    const message: unknown = JSON.parse(line);
    if (isRecord(message)) return message;
  } catch {
    // Said below, without the parser's own words.
  }
  throw malformed(line);
};

const malformed = (line: string): WindlassError =>
  new WindlassError({
    code: "internal",
    message: `the toolbox wrote what is no answer: ${line.slice(0, 80)}`,
    remedy: "check that the toolbox was built from this version of Windlass",
  });

const outcomeOf = (message: Readonly<Record<string, unknown>>): Outcome =>
  message.ok === true
    ? { ok: true, result: message.result, warnings: stringsOf(message.warnings) }
    : { ok: false, error: new WindlassError(errorBodyOf(message.error)) };

const errorBodyOf = (error: unknown): ErrorBody => {
  const body = isRecord(error) ? error : {};
  const text = (value: unknown, fallback: string): string => (typeof value === "string" ? value : fallback);
  return {
    code: isErrorCode(body.code) ? body.code : "internal",
    message: text(body.message, "the toolbox failed without a reason"),
    remedy: text(body.remedy, "report this as a bug, with the input that caused it"),
    details: isRecord(body.details) ? body.details : {},
  };
};

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === "string" && Object.hasOwn(exitStatusOf, code);
