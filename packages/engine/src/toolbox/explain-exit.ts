import { WindlassError } from "@windlass/core";

export interface ExitFacts {
  readonly op?: string | undefined;
  readonly program?: string;
  readonly exitCode?: number | null;
  readonly signalCode?: NodeJS.Signals | null;
  readonly stderr: string;
  readonly cause?: Error | undefined;
}

/** The exit status of a program that could not confine itself. Source: toolbox/internal/serve/server.go */
const exitUnconfined = 4;

/**
 * Why a process of the toolbox ended without an answer.
 *
 * Codes: `invalid` when the input made it (memory, recursion), `unavailable` when it was killed from outside or could not start,
 * `internal` when the program itself broke.
 */
export const explainExit = ({
  op = "a request",
  program = "the toolbox",
  exitCode,
  signalCode,
  stderr,
  cause,
}: ExitFacts): WindlassError => {
  if (cause !== undefined) {
    return new WindlassError(
      {
        code: "unavailable",
        message: `${program} could not be started: ${cause.message}`,
        remedy: "build the toolbox: node scripts/bootstrap.mjs",
      },
      { cause },
    );
  }
  if (exitCode === exitUnconfined) {
    return new WindlassError({
      code: "unavailable",
      message: `${program} ${stderr.trim()}`,
      remedy: "allow seccomp for this container, or accept an unconfined process on a machine whose sources are all trusted",
    });
  }
  if (/stack overflow|stack exceeds|out of memory|cannot allocate memory/u.test(stderr)) {
    return new WindlassError({
      code: "invalid",
      message: `${op} ran out of memory`,
      remedy: "look for a recursion or a loop without end in the source, or raise the memory limit",
    });
  }
  if (signalCode !== null && signalCode !== undefined) {
    return new WindlassError({
      code: "unavailable",
      message: `the process of ${op} was ended by ${signalCode}`,
      remedy: "try again; look for a shortage of memory on this machine",
    });
  }
  return new WindlassError({
    code: "internal",
    message: `the process of ${op} ended with status ${exitCode ?? "none"}`,
    remedy: "report this as a bug, with the input that caused it",
    details: { stderr: stderr.slice(0, 2_000) },
  });
};
