// What the runner and the keeper say to each other: one JSON document a line, over the keeper's stdin and stdout.

/** A program for the keeper to run. Its output goes to `logPath`. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly logPath: string;
}

export type KeeperRequest =
  | { readonly type: "start"; readonly id: number; readonly program: Program }
  /** Outlive the runner: the end of stdin means nothing from now on. */
  | { readonly type: "detach"; readonly id: number }
  | { readonly type: "stop"; readonly id: number; readonly keepDirectory: boolean };

/** How a program ended: by itself with a status, or by a signal. */
export interface Exit {
  readonly status: number | null;
  readonly signal: string | null;
}

export type KeeperReply =
  | { readonly type: "done"; readonly id: number; readonly pid?: number }
  | { readonly type: "failed"; readonly id: number; readonly message: string }
  | { readonly type: "exited"; readonly pid: number; readonly exit: Exit };
