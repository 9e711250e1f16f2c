import { SCALAR_STYLE, type ScalarEvent, getScalarValue } from "js-yaml";
import type { Json } from "../object/object.ts";
import { type Construction, charge, offsetOf, tagOf } from "./construction.ts";
import { YamlFault } from "./fault.ts";
import { type Scalar, resolvePlain, resolveTagged } from "./scalar.ts";

/**
 * The scalar of an event, typed by its tag or by how it is written.
 *
 * A tag that is not one of YAML's own leaves a string, as kubectl has it. Errors: `YamlFault`.
 */
export const readScalar = (state: Construction, event: ScalarEvent): Scalar => {
  const text = getScalarValue(state.text, event);
  charge(state, 1 + Math.floor(text.length / 64), event);
  if (!text.isWellFormed()) throw new YamlFault(offsetOf(event), "a \\u escape is half of a character", "write the character itself");
  const tag = tagOf(state, event);
  if (tag === "") return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : { type: "str", value: text };
  if (!tag.startsWith("!!")) return { type: "str", value: text };
  if (tag === "!!binary") throw binaryFault(event);
  const scalar = resolveTagged(tag.slice(2), text);
  if (scalar !== undefined) return scalar;
  throw new YamlFault(offsetOf(event), `${JSON.stringify(text.slice(0, 40))} is no ${tag}`, `correct the value or drop the tag ${tag}`);
};

// kubectl decodes it and then replaces each byte that is not UTF-8, so that what arrives is not what was written.
const binaryFault = (event: ScalarEvent): YamlFault =>
  new YamlFault(
    offsetOf(event),
    "the tag !!binary has no meaning in a Kubernetes object",
    "drop the tag and write the base64 text as it is",
  );

/** The JSON value of a scalar. Errors: `YamlFault` for what JSON cannot hold. */
export const readScalarValue = (state: Construction, event: ScalarEvent): Json => {
  const scalar = readScalar(state, event);
  if (scalar.type !== "float" || Number.isFinite(scalar.value)) return scalar.value;
  const remedy = "write a number, or put the text in quotes";
  throw new YamlFault(offsetOf(event), "JSON has no infinity and no NaN, so no API server can read this", remedy);
};
