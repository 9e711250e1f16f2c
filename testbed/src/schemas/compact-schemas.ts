// What an API server says about its kinds, made small enough to ship with the command: names of fields and their types, no words.

interface Property {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

interface Definition extends Property {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** The part of `/openapi/v2` that is looked at. */
export interface OpenApi {
  readonly definitions: Readonly<Record<string, Definition>>;
}

/** The form that `packages/core/src/lint/schema.ts` reads. */
export interface CompactSchemas {
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, { readonly fields: Readonly<Record<string, string>>; readonly required?: readonly string[] }>>;
}

const shorten = (name: string): string => name.split(".").slice(-3).join(".");

const nameOf = (ref: string): string => ref.replace("#/definitions/", "");

const scalars: Readonly<Record<string, string>> = { string: "string", integer: "integer", number: "number", boolean: "boolean" };

/** Types that accept more than their schema says, or whose content is nobody's business. */
const loose = new Set(["resource.Quantity", "runtime.RawExtension", "v1.FieldsV1", "intstr.IntOrString", "v1.JSON"]);

const typeOf = (property: Property, definitions: OpenApi["definitions"]): string => {
  if (property.$ref !== undefined) {
    const name = nameOf(property.$ref);
    if ([...loose].some((one) => name.endsWith(`.${one}`))) return "any";
    const target = definitions[name];
    return target?.properties === undefined ? typeOf(target ?? {}, definitions) : `#${shorten(name)}`;
  }
  if (property.format === "int-or-string") return "any";
  if (property.items !== undefined) return `[]${typeOf(property.items, definitions)}`;
  if (property.additionalProperties !== undefined) return `{}${typeOf(property.additionalProperties, definitions)}`;
  return scalars[property.type ?? ""] ?? "any";
};

/** The kinds that people write, and the types below them, in the order of their names. Errors: none (total). */
export const compactSchemas = ({ definitions }: OpenApi): CompactSchemas => {
  const kinds: Record<string, string> = {};
  const types: Record<string, CompactSchemas["types"][string]> = {};
  const names = new Map(Object.keys(definitions).map((name) => [shorten(name), name]));

  const take = (short: string): void => {
    const definition = definitions[names.get(short) ?? ""];
    if (definition?.properties === undefined || types[short] !== undefined) return;
    // What a controller reports is not written by people, and is dropped on the way in.
    const fields = Object.entries(definition.properties).map(([field, property]): readonly [string, string] => [
      field,
      field === "status" && definition["x-kubernetes-group-version-kind"] !== undefined ? "any" : typeOf(property, definitions),
    ]);
    types[short] = { fields: Object.fromEntries(fields), ...(definition.required === undefined ? {} : { required: definition.required }) };
    for (const [, type] of fields) if (type.includes("#")) take(type.slice(type.indexOf("#") + 1));
  };

  for (const [name, definition] of Object.entries(definitions)) {
    const [kind, ...more] = definition["x-kubernetes-group-version-kind"] ?? [];
    // Options of requests belong to every group, lists are opened before anybody looks.
    if (kind === undefined || more.length > 0 || definition.properties?.["metadata"] === undefined || kind.kind.endsWith("List")) continue;
    kinds[`${kind.group === "" ? "" : `${kind.group}/`}${kind.version}/${kind.kind}`] = shorten(name);
    take(shorten(name));
  }
  const sort = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { kinds: sort(kinds), types: sort(types) };
};
