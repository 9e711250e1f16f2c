// Kubeconfig files as documents: read, checked for their shape, merged.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { WindlassError, type JsonObject } from "@windlass/core";
import { CORE_SCHEMA, load } from "js-yaml";
import { isJsonObject, objectOf, objectsOf, textOf } from "./json-read.ts";

/** A named entry with the file it stands in. Paths in it are relative to that file's folder. */
export interface Entry {
  readonly value: JsonObject;
  readonly file: string;
}

export interface KubeconfigDocument {
  /** For messages. */
  readonly files: readonly string[];
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new WindlassError(
      {
        code: "invalid",
        message: isMissing ? `The kubeconfig ${file} does not exist.` : `The kubeconfig ${file} cannot be read.`,
        remedy: "Name an existing file by --kubeconfig or KUBECONFIG.",
      },
      { cause },
    );
  }
};

/** js-yaml's message quotes the lines around the place, which may hold a key; we keep the place only. */
const placeOf = (error: unknown): string => {
  const mark = error instanceof Error && "mark" in error ? objectOf(error.mark) : {};
  return typeof mark.line === "number" ? `, line ${mark.line + 1}` : "";
};

const parse = (text: string, file: string): JsonObject => {
  const fail = (place: string): WindlassError =>
    new WindlassError({
      code: "invalid",
      message: `The kubeconfig ${file}${place} is not a YAML document of kind Config.`,
      remedy: "Compare it with the output of: kubectl config view",
    });
  if (text.trim() === "") return {};
  const read = (): unknown => {
    try {
      return load(text, { schema: CORE_SCHEMA });
    } catch (error) {
      throw fail(placeOf(error));
    }
  };
  const document = read();
  if (!isJsonObject(document)) throw fail("");
  return document;
};

const entries = (document: JsonObject, list: string, field: string, file: string): ReadonlyMap<string, Entry> =>
  new Map(objectsOf(document[list]).map((item) => [textOf(item.name), { value: objectOf(item[field]), file }]));

const toDocument = (document: JsonObject, file: string): KubeconfigDocument => ({
  files: [file],
  currentContext: textOf(document["current-context"]),
  clusters: entries(document, "clusters", "cluster", file),
  users: entries(document, "users", "user", file),
  contexts: entries(document, "contexts", "context", file),
});

/** The first file that has a name has it. Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files */
const merge = (first: KubeconfigDocument, second: KubeconfigDocument): KubeconfigDocument => ({
  files: [...first.files, ...second.files],
  currentContext: first.currentContext || second.currentContext,
  clusters: new Map([...second.clusters, ...first.clusters]),
  users: new Map([...second.users, ...first.users]),
  contexts: new Map([...second.contexts, ...first.contexts]),
});

/**
 * The files as one document.
 *
 * Errors: `invalid` naming the file when one is missing, unreadable or no YAML.
 */
export const readKubeconfig = async (files: readonly string[]): Promise<KubeconfigDocument> => {
  const documents = await Promise.all(files.map(async (file) => toDocument(parse(await readText(file), file), file)));
  return documents.reduce(merge);
};

/** A path of an entry, absolute. */
export const pathIn = ({ file }: Entry, path: string): string => resolve(dirname(file), path);
