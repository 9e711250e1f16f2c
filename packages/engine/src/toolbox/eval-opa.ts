import type { Json } from "@windlass/core";
import type { CallToolboxOptions, Toolbox } from "./toolbox.ts";

export interface OpaRequest {
  /** Rego policies by file name. */
  readonly modules: Readonly<Record<string, string>>;
  /** Such as `data.windlass.deny`. */
  readonly query: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
}

/**
 * The values of the query's first expression: one per solution, none when it is undefined.
 *
 * Shape: functions that reach outside (`http.send`, `net.lookup_ip_addr`, `opa.runtime`) do not exist.
 * Errors: `invalid` (policy or query, with OPA's own words), and those of `Toolbox`.
 */
export const evalOpa = async (toolbox: Toolbox, request: OpaRequest, options?: CallToolboxOptions): Promise<readonly Json[]> => {
  const { result } = await toolbox.call("opa", request, options);
  // The shape is OPA's own: rego.ResultSet.
  return (result as readonly { readonly expressions: readonly { readonly value: Json }[] }[]).map(
    ({ expressions }) => expressions[0]?.value ?? null,
  );
};
