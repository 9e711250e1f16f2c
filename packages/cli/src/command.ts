// What a command is to the frame, and what the frame gives to a command.
import type { Command } from "commander";
import type { Colors } from "picocolors/types.js";

/** The part of a stream that commands write to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** `json`: one document on stdout for the result, or the wire form of the failure on stderr. */
  readonly output: "text" | "json";
  readonly debug: boolean;
  readonly color: boolean;
}

/** What a command may use of the world. */
export interface CommandContext {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C, SIGTERM and a reader that went away: stop at the next safe point. */
  readonly signal: AbortSignal;
  /** The global options. For use inside an action only: before that, the command line is not parsed. */
  readonly globals: () => GlobalOptions;
  /** Colours, which do nothing where nobody sees them. For use inside an action only. */
  readonly colors: () => Colors;
  /** Sets the exit status of a command that worked: 1 = the answer is no. Failures are thrown instead. */
  readonly setExitStatus: (status: number) => void;
}

/**
 * Adds a command to the program: its words, its options and its action.
 *
 * It runs at every start, for `--help` too, so it imports nothing heavy: the action fetches its work by `import()`.
 */
export type RegisterCommand = (program: Command, context: CommandContext) => void;
