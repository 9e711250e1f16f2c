// The one way from an error to what a person, or a machine, reads.
import { inspect } from "node:util";
import { type ErrorBody, WindlassError } from "@windlass/core/error";
import { CommanderError } from "commander";

const usageBody = (error: CommanderError, help: string): ErrorBody => {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hint = rest.join(" ").replace(/^\((.*)\)$/, "$1");
  return { code: "invalid", message: `${first.replace(/\.$/, "")}.`, remedy: `${hint === "" ? "" : `${hint} `}See ${help}.` };
};

/** What stays the same about one failure: its id for the reader to quote, and the help that fits the command line. */
export interface FailureContext {
  readonly id: string;
  /** The command that prints the fitting help: `windlass sync --help`. */
  readonly help: string;
}

/**
 * The wire form of anything that was thrown.
 *
 * What is neither a `WindlassError` nor a mistake on the command line becomes `internal` with an id; its own message is kept back,
 * since nobody has checked what stands in it.
 */
export const toErrorBody = (error: unknown, { id, help }: FailureContext): ErrorBody => {
  if (error instanceof WindlassError) {
    const { code, message, remedy, details } = error;
    return { code, message, remedy, ...(Object.keys(details).length > 0 ? { details } : {}) };
  }
  if (error instanceof CommanderError) return usageBody(error, help);
  return {
    code: "internal",
    message: `Windlass met a fault of its own (id ${id}).`,
    remedy: "Run the command again with --debug and report what it prints.",
    details: { id },
  };
};

/** The lines that a person reads: what happened and what to do, and with `debug` where it came from (a mistake on the command line comes from nowhere else). */
export const formatFailure = (body: ErrorBody, error: unknown, debug: boolean): string => {
  const lines = [
    `error: ${body.message}`,
    ...(body.remedy === "" ? [] : [`remedy: ${body.remedy}`]),
    ...(debug && !(error instanceof CommanderError) ? [inspect(error)] : []),
  ];
  return `${lines.join("\n")}\n`;
};
