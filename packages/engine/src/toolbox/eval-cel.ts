import type { Json } from "@windlass/core";
import type { CallToolboxOptions, Toolbox } from "./toolbox.ts";

export interface CelRequest {
  /** Evaluated each on its own. */
  readonly expressions: readonly string[];
  /** Values by name; their types are dynamic. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A value, or why there is none: the compiler's or the evaluator's words. Integers beyond 2^53 come as strings, as protobuf's JSON has them. */
export type CelOutcome = { readonly value: Json; readonly error?: never } | { readonly error: string; readonly value?: never };

/**
 * The outcome of each expression, with the libraries and cost limits that the API server has.
 *
 * Errors: those of `Toolbox`; an expression that fails is an outcome.
 */
export const evalCel = async (toolbox: Toolbox, request: CelRequest, options?: CallToolboxOptions): Promise<readonly CelOutcome[]> => {
  const { result } = await toolbox.call("cel", request, options);
  // The shape is the Go program's: toolbox/eval/cel.go, celOutcome.
  return result as readonly CelOutcome[];
};
