import { DUMP_SCHEMA, NOT_RESOLVED, defineScalarTag, dump, intCoreTag } from "js-yaml";
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json } from "../object/object.ts";
import { resolvePlain } from "./scalar.ts";

/** Any integer, `bigint` too; its texts are recognised by what js-yaml and kubectl take for one. */
const anyInteger = {
  ...intCoreTag,
  identify: (value: unknown) => typeof value === "bigint" || intCoreTag.identify(value),
  represent: (value: number | bigint) => value.toString(),
};

/** What kubectl would not take for a string, for the writer to put it in quotes; beside js-yaml's own union of YAML 1.1 and 1.2. */
const typedForKubectl = defineScalarTag("tag:windlass.dev,2026:typed", {
  implicit: true,
  resolve: (text) => (resolvePlain(text).type === "str" ? NOT_RESOLVED : text),
  identify: () => false,
});

const schema = DUMP_SCHEMA.withTags(anyInteger, typedForKubectl);

const sorted = (value: Json): Json => {
  if (isJsonList(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([key, field]) => [key, sorted(field)]));
};

/** A value as a YAML document, keys sorted, without anchors. `parseYaml` gives the value back, and so does any reader of YAML 1.1 or 1.2. */
export const formatYaml = (value: Json): string => dump(sorted(value), { schema, noRefs: true, lineWidth: -1 });
