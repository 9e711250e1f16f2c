// Fields and types of the built-in kinds. For whatever else there is (custom kinds), the API server's own strict validation speaks at the sync.
import { describeType, isJsonList, isJsonObject } from "../object/guards.ts";
import type { KubeObject } from "../object/object.ts";
import type { Remark } from "./types.ts";

/**
 * What an API server says about its kinds, made by `testbed/src/schemas`. A type is `string`, `integer`, `number`, `boolean`, `any`, `#NAME` for one of
 * `types`, with `[]` before it for a list and `{}` for a mapping.
 */
export interface Schemas {
  /** The name of a type by `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, { readonly fields: Readonly<Record<string, string>>; readonly required?: readonly string[] }>>;
}

type Path = readonly (string | number)[];

/** `spec.containers[0].image`, as kubectl writes it. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`), "");

const isOfType: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: (value) => typeof value === "bigint" || Number.isInteger(value),
  number: (value) => typeof value === "number" || typeof value === "bigint",
  boolean: (value) => typeof value === "boolean",
};

const articles: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

const wrongType = (path: Path, value: unknown, wanted: string): Remark => ({
  rule: "wrong-type",
  severity: "error",
  path,
  message: `${formatPath(path)} is ${describeType(value)}, and ${wanted} is wanted`,
  remedy: wanted === "a text" ? "put the value in quotes" : `write ${wanted}`,
});

/** Faults of an object against its kind's schema; none for a kind that is not built in. Errors: none (total). */
export const checkSchema = (object: KubeObject, { kinds, types }: Schemas): readonly Remark[] => {
  const key = `${object.apiVersion}/${object.kind}`;
  const root = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
  if (root === undefined) return [];

  const check = (value: unknown, type: string, path: Path): readonly Remark[] => {
    if (type === "any" || value === null || value === undefined) return [];
    if (type.startsWith("[]"))
      return isJsonList(value)
        ? value.flatMap((item, index) => check(item, type.slice(2), [...path, index]))
        : [wrongType(path, value, "a list")];
    if (type.startsWith("{}"))
      return isJsonObject(value)
        ? Object.entries(value).flatMap(([name, item]) => check(item, type.slice(2), [...path, name]))
        : [wrongType(path, value, "a mapping")];
    if (type.startsWith("#")) return isJsonObject(value) ? checkFields(value, type.slice(1), path) : [wrongType(path, value, "a mapping")];
    return isOfType[type]?.(value) === false ? [wrongType(path, value, articles[type] ?? type)] : [];
  };

  const checkFields = (value: Readonly<Record<string, unknown>>, name: string, path: Path): readonly Remark[] => {
    const { fields = {}, required = [] } = types[name] ?? {};
    const found = Object.entries(value).flatMap(([field, item]) =>
      Object.hasOwn(fields, field)
        ? check(item, fields[field] ?? "any", [...path, field])
        : [unknownField([...path, field], Object.keys(fields))],
    );
    const missing = required
      .filter((field) => value[field] === undefined || value[field] === null)
      .map((field) => missingField([...path, field]));
    return [...found, ...missing];
  };

  return checkFields(object, root, []);
};

const missingField = (path: Path): Remark => ({
  rule: "missing-field",
  severity: "error",
  path,
  message: `${formatPath(path)} is missing`,
  remedy: "write it: the API server refuses the object without it",
});

const unknownField = (path: Path, known: readonly string[]): Remark => {
  const near = findNearest(String(path.at(-1)), known);
  return {
    rule: "unknown-field",
    severity: "error",
    path,
    message: `${formatPath(path)} is no field that Kubernetes knows`,
    remedy: near === undefined ? "remove it, or correct its name or indentation" : `did you mean ${near}? Else correct its indentation`,
  };
};

/** The known name that is meant, where one differs in case or by one or two letters only. */
const findNearest = (name: string, known: readonly string[]): string | undefined => {
  const ranked = known
    .map((one) => ({ one, distance: distanceOf(name.toLowerCase(), one.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.min(2, name.length / 3) ? best.one : undefined;
};

/** How many letters to add, drop or change. Source: https://en.wikipedia.org/wiki/Levenshtein_distance */
const distanceOf = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let at = 1; at <= a.length; at++) {
    const next = [at];
    for (let to = 1; to <= b.length; to++)
      next.push(Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, (row[to - 1] ?? 0) + (a[at - 1] === b[to - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};
