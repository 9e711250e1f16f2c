import type { CallToolboxOptions, Toolbox } from "./toolbox.ts";

export interface SopsRequest {
  readonly text: string;
  readonly format: "yaml" | "json" | "dotenv" | "ini" | "binary";
  /** Secret keys as age-keygen writes them. */
  readonly ageIdentities?: readonly string[];
  /** Private keys, armoured, without a passphrase. */
  readonly pgpKeys?: readonly string[];
}

/**
 * The clear text of a SOPS file. Its MAC was checked.
 *
 * Errors: `forbidden` when no key opens it, `invalid` when it is no SOPS file or somebody changed it; no message holds a value or a key.
 */
export const decryptSops = async (toolbox: Toolbox, request: SopsRequest, options?: CallToolboxOptions): Promise<Uint8Array> => {
  const { result } = await toolbox.call("sops", request, options);
  // The shape is the Go program's: toolbox/keys/sops.go, sopsResult.
  return Buffer.from((result as { readonly text: string }).text, "base64");
};
