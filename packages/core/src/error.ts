/** Why something failed, in the words that API, agent, hub, CLI and console share. */
export type ErrorCode = "conflict" | "forbidden" | "internal" | "invalid" | "not_found" | "timeout" | "unauthorized" | "unavailable";

/** The wire form of a failure: the same four fields for agent, hub, CLI and console. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A failure a person can act on.
 *
 * `message` states the fact, `remedy` the next step; both are safe to show to anyone who may see the object, so neither ever
 * holds a secret value.
 */
export class WindlassError extends Error {
  override readonly name = "WindlassError";
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(body: ErrorBody, options?: { readonly cause?: unknown }) {
    super(body.message, options);
    this.code = body.code;
    this.remedy = body.remedy;
    this.details = body.details ?? {};
  }
}

/** The exit status of a command that failed with a code; 0 is success and 1 is kept for "it worked and the answer is no" (`diff`, `why`). */
export const exitStatusOf: Readonly<Record<ErrorCode, number>> = {
  internal: 70,
  invalid: 2,
  conflict: 3,
  forbidden: 4,
  unauthorized: 5,
  not_found: 6,
  timeout: 7,
  unavailable: 8,
};

/** Whether trying the same again, later, can succeed without anybody changing anything. */
export const isRetryable = (code: ErrorCode): boolean => code === "timeout" || code === "unavailable";
