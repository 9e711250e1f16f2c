// One run of the command line, from the words to the exit status.
import { randomBytes } from "node:crypto";
import { WindlassError, exitStatusOf } from "@windlass/core/error";
import { type Command, CommanderError } from "commander";
import type { CommandContext, GlobalOptions, RegisterCommand } from "./command.ts";
import { formatFailure, toErrorBody } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";
import { createProgram } from "./program.ts";

/** The outside of one run. */
export interface CliHost extends Pick<CommandContext, "stdout" | "stderr" | "env"> {
  readonly interrupt: Interrupt;
  /** Default: all that there are. */
  readonly commands?: readonly RegisterCommand[];
}

const helpFor = (program: Command, args: readonly string[]): string => {
  const command = program.commands.find((candidate) => args.includes(candidate.name()));
  return command === undefined ? "windlass --help" : `windlass ${command.name()} --help`;
};

/** Prints a failure in the format that was asked for; gives back the exit status. */
const reportFailure = (error: unknown, program: Command, args: readonly string[], stderr: CliHost["stderr"]): number => {
  const body = toErrorBody(error, { id: randomBytes(4).toString("hex"), help: helpFor(program, args) });
  const { output, debug } = program.opts<GlobalOptions>();
  stderr.write(output === "json" ? `${JSON.stringify(body)}\n` : formatFailure(body, error, debug));
  return exitStatusOf[body.code];
};

/** Whether help or a version was printed, which commander ends by throwing. */
const isPrinted = (error: unknown): error is CommanderError =>
  error instanceof CommanderError && ["commander.help", "commander.helpDisplayed", "commander.version"].includes(error.code);

/**
 * Runs the command that `args` (without node and script) name; gives back the exit status: 0 done, 1 the answer is no, else
 * `exitStatusOf` the failure, or 128 + the signal when the run was interrupted. Never throws.
 */
export const runCli = async (args: readonly string[], host: CliHost): Promise<number> => {
  const { stdout, stderr, env, interrupt } = host;
  let status = 0;
  const setExitStatus = (next: number): void => {
    status = next;
  };
  const program = createProgram({ stdout, stderr, env, signal: interrupt.signal, setExitStatus }, host.commands);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // Without any word, commander prints the help as for a mistake: nothing was done, and nothing is wrong either.
    if (isPrinted(error)) return error.exitCode === 0 ? 0 : exitStatusOf.invalid;
    // After an interruption only a command that speaks of it has something to add: the rest are calls that were cut off.
    if (!interrupt.signal.aborted || error instanceof WindlassError) status = reportFailure(error, program, args, stderr);
  }
  return interrupt.exitStatus() ?? status;
};
