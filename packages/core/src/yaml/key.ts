// Mapping keys. JSON has text keys only, and kubectl turns every other scalar into text in its own way.
import type { Scalar } from "./scalar.ts";

/** The shortest digits that name a 32-bit float, as mantissa and exponent. */
const shortestFloat32 = (value: number): string => {
  const exact = Math.fround(value);
  const digits = [0, 1, 2, 3, 4, 5, 6, 7].find((count) => Math.fround(Number(exact.toExponential(count))) === exact);
  return exact.toExponential(digits ?? 8);
};

/** A float as Go's `FormatFloat(value, 'g', -1, 32)` writes it. */
const formatFloat = (value: number): string => {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(Math.fround(value))) return value > 0 ? ".inf" : "-.inf";
  const short = shortestFloat32(value);
  const [mantissa = "", power = ""] = short.split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return Object.is(value, -0) ? "-0" : Number(short).toString();
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent).toString().padStart(2, "0")}`;
};

/**
 * The text that a scalar is as a key: `yes` → "true", `0644` → "420", `1.10` → "1.1"; `undefined` for null and for integers beyond int64,
 * which kubectl refuses.
 *
 * Source: sigs.k8s.io/yaml v1.6.0, yaml.go, convertToJSONableObject
 */
export const findKeyText = (scalar: Scalar): string | undefined => {
  if (scalar.type === "null" || (scalar.type === "int" && scalar.value >= 2n ** 63n)) return undefined;
  return scalar.type === "float" ? formatFloat(scalar.value) : scalar.value.toString();
};
