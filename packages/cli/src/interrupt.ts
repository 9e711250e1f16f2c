// Ways in which a command is asked to end early. All of them abort one signal, so that a command has one thing to listen to.
import { constants } from "node:os";

/** A request to end early that may come at any time. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** What the shell expects after such an end, 128 + the signal's number; undefined while nobody asked. */
  exitStatus(): number | undefined;
}

type Cause = "SIGINT" | "SIGTERM" | "SIGPIPE";

/**
 * Listens to a process: Ctrl-C and SIGTERM end the command at its next safe point, and so does a reader that went away (EPIPE).
 * A second Ctrl-C or SIGTERM ends the process at once.
 */
export const listenForInterrupt = (host: NodeJS.Process): Interrupt => {
  const controller = new AbortController();
  let status: number | undefined;
  const abort = (cause: Cause): void => {
    status ??= 128 + constants.signals[cause];
    controller.abort();
  };
  for (const cause of ["SIGINT", "SIGTERM"] as const) {
    host.on(cause, () => {
      if (status !== undefined) host.exit(128 + constants.signals[cause]);
      abort(cause);
      host.stderr.write("interrupted: stopping at the next safe point; once more to stop at once\n");
    });
  }
  for (const stream of [host.stdout, host.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      abort("SIGPIPE");
    });
  }
  return { signal: controller.signal, exitStatus: () => status };
};
