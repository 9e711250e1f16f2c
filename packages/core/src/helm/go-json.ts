import { canonicalJson } from "../object/canonical.ts";
import type { Json } from "../object/object.ts";

/** JSON as Go's encoder writes it: keys in order, and the characters escaped that HTML would trip over. Source: https://pkg.go.dev/encoding/json#Marshal */
export const canonicalText = (value: Json): string =>
  canonicalJson(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
