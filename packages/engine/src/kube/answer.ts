// From the server's JSON to objects, looking at identity only.
import { parseJson, WindlassError, type JsonObject, type KubeObject } from "@windlass/core";
import { isJsonObject, objectOf, textOf } from "./json-read.ts";
import { apiVersionOf } from "./paths.ts";
import type { KindInfo } from "./types.ts";

const isKubeObject = (value: JsonObject): value is JsonObject & KubeObject =>
  typeof value.apiVersion === "string" &&
  typeof value.kind === "string" &&
  isJsonObject(value.metadata) &&
  typeof value.metadata.name === "string";

const unexpected = (what: string): WindlassError =>
  new WindlassError({
    code: "internal",
    message: `The API server answered with something that is not ${what}.`,
    remedy: "Check that the address leads to a Kubernetes API server.",
  });

/** The JSON object in an answer. Errors: `internal` when it is none. */
export const readObject = (text: string): JsonObject => {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw unexpected("a JSON object");
  return value;
};

/** The Kubernetes object in an answer. */
export const readKubeObject = (text: string): KubeObject => {
  const value = readObject(text);
  if (!isKubeObject(value)) throw unexpected("a Kubernetes object");
  return value;
};

/** The object as one of its kind: items of a list do not say their kind, and partial objects say another. */
export const toObjectOf = (kind: KindInfo, item: unknown): KubeObject => {
  const named: JsonObject = { ...objectOf(item), apiVersion: apiVersionOf(kind), kind: kind.kind };
  if (!isKubeObject(named)) throw unexpected("a Kubernetes object");
  return named;
};

/** One page of a list. `next` is "" on the last one. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly next: string;
}

/** The page in an answer. */
export const readPage = (kind: KindInfo, text: string): Page => {
  const list = readObject(text);
  const { resourceVersion, continue: next } = objectOf(list.metadata);
  if (list.items !== null && !Array.isArray(list.items)) throw unexpected("a list");
  return {
    items: (list.items ?? []).map((item) => toObjectOf(kind, item)),
    resourceVersion: textOf(resourceVersion),
    next: textOf(next),
  };
};
