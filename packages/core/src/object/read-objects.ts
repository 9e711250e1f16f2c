// From documents to the objects of a set, with every fault of every document.
import type { YamlDocument } from "../yaml/parse.ts";
import { expandLists } from "./expand.ts";
import { type Json, type Origin, type SourcedObject, formatRef, keyOf, refOf } from "./object.ts";
import { type SourceError, formatOrigin, toWindlassError } from "./source-error.ts";
import { identify } from "./validate.ts";

export interface ReadObjects {
  readonly objects: readonly SourcedObject[];
  readonly errors: readonly SourceError[];
}

/**
 * The objects of a file's documents, lists opened.
 *
 * Errors: `invalid`; `details.errors` lists every document or item without a valid identity, and every object that stands twice.
 */
export const parseObjects = (documents: readonly YamlDocument[], file: string): readonly SourcedObject[] => {
  const { objects, errors } = readObjects(documents, file);
  const all = [...errors, ...findDuplicates(objects)];
  if (all.length > 0) throw toWindlassError(all);
  return objects;
};

/** As `parseObjects`, with the faults as data beside what could be read; duplicates are `findDuplicates`' to find. Errors: none. */
export const readObjects = (documents: readonly YamlDocument[], file: string): ReadObjects => {
  const objects: SourcedObject[] = [];
  const errors: SourceError[] = [];
  for (const document of documents) {
    for (const item of expandDocument(document, file)) {
      const identification = identify(item.value);
      if ("object" in identification) objects.push({ object: identification.object, origin: item.origin });
      else
        errors.push(
          ...identification.faults.map((fault) => ({
            ...item.origin,
            line: item.lineOf(fault.path),
            message: fault.message,
            remedy: fault.remedy,
          })),
        );
    }
  }
  return { objects, errors };
};

interface Item {
  readonly value: Json;
  readonly origin: Origin;
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

const expandDocument = ({ value, document, line, lineOf, itemLines }: YamlDocument, file: string): readonly Item[] => {
  const expanded = expandLists(value);
  if (expanded.every(({ path }) => path.length === 0))
    return expanded.map((only) => ({ value: only.value, origin: { file, document, line }, lineOf }));
  const lines = itemLines(["items"]);
  return expanded.map(({ value: item, path }) => {
    const itemLine = lines[Number(path[1])] ?? line;
    // The line of the item has to do: a list may hold thousands of faults, and each exact line costs a walk through the document.
    return { value: item, origin: { file, document, line: itemLine }, lineOf: () => itemLine };
  });
};

/**
 * Objects that stand more than once in a set, by group, kind, namespace and name: one fault for each but the first, naming the first's place.
 *
 * Look again after `normalise`: only then do objects with and without the default namespace written out have the same key.
 */
export const findDuplicates = (objects: readonly SourcedObject[]): readonly SourceError[] => {
  const first = new Map<string, SourcedObject>();
  const errors: SourceError[] = [];
  for (const sourced of objects) {
    // A hook with generateName: each is another object.
    if (sourced.object.metadata.name === "") continue;
    const key = keyOf(sourced.object);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, sourced);
    else errors.push(duplicateError(sourced, earlier));
  }
  return errors;
};

const duplicateError = ({ object, origin }: SourcedObject, first: SourcedObject): SourceError => ({
  ...origin,
  message: `${formatRef(refOf(object))} is defined twice, first in ${formatOrigin(first.origin)}`,
  remedy: "remove or rename one of the two",
});
