// Values of Secrets never leave the engine: not in diffs, logs, status or errors.
import { canonicalJson } from "../object/canonical.ts";
import { isJsonObject } from "../object/guards.ts";
import { type Json, type JsonObject, type KubeObject, groupOf } from "../object/object.ts";
import { updateAt } from "../object/update.ts";

/** What stands in the place of a Secret's value. */
const secretText = "(secret)";
/** The same after a change, in a diff. */
const changedSecretText = "(secret, changed)";

/** Annotations in which a client keeps a copy of what it applied. */
const copies: readonly string[] = ["kubectl.kubernetes.io/last-applied-configuration"];

const isSecret = ({ apiVersion, kind }: KubeObject): boolean => kind === "Secret" && groupOf(apiVersion) === "";

/** Where a Secret holds values: a mapping of them, or one. */
const secretPaths: readonly (readonly string[])[] = [["data"], ["stringData"], ...copies.map((copy) => ["metadata", "annotations", copy])];

const textFor = (value: Json, earlier: Json | undefined): string =>
  earlier === undefined || canonicalJson(value) === canonicalJson(earlier) ? secretText : changedSecretText;

const fieldOf = (value: Json | undefined, name: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const maskValue = (value: Json, earlier: Json | undefined): Json => {
  if (!isJsonObject(value)) return textFor(value, earlier);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, textFor(field, fieldOf(earlier, key))]));
};

/**
 * The object, safe to show: a Secret keeps its keys and loses its values, also those in the annotation in which kubectl copies them; other kinds
 * are as they were. Against an `earlier` state, each value that is another there says so.
 */
export const maskSecrets = (object: KubeObject, earlier?: KubeObject): KubeObject => {
  if (!isSecret(object)) return object;
  const before = earlier as unknown as Json | undefined;
  const masked = secretPaths.reduce<Json>(
    (current, path) => {
      const value = path.reduce(fieldOf, before);
      return updateAt(current, path, (secret) => maskValue(secret, value)) ?? current;
    },
    object as unknown as JsonObject,
  );
  return masked as unknown as KubeObject;
};
