// The rules of a mapping while it is filled: one place for each key, and what `<<` brings in gives way to what is written.
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json, JsonObject } from "../object/object.ts";
import { YamlFault } from "./fault.ts";

/** A mapping being read. `written` holds the offset of each key that stands in it itself, against those merged into it. */
export interface OpenMapping {
  readonly fields: Record<string, Json>;
  readonly written: Map<string, number>;
}

/** Sets a field also where its name is `__proto__`, which an assignment would take for the prototype. */
const setField = (fields: Record<string, Json>, key: string, value: Json): void => {
  if (key !== "__proto__") fields[key] = value;
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
};

/** A duplicate key's message and remedy, given the line of the first. */
export const duplicateFault = (offset: number, key: string, firstLine: number): YamlFault =>
  new YamlFault(offset, `the key ${JSON.stringify(key)} stands twice in one mapping, first on line ${firstLine}`, "remove one of the two");

/** Puts a written pair into a mapping that does not have it. */
export const addPair = ({ fields, written }: OpenMapping, key: string, value: Json, offset: number): void => {
  written.set(key, offset);
  setField(fields, key, value);
};

/** The mappings that a `<<` names, the strongest first; `undefined` when its value is something else. */
export const findMergeSources = (value: Json): readonly JsonObject[] | undefined => {
  const sources = isJsonList(value) ? value : [value];
  return sources.every(isJsonObject) ? sources : undefined;
};

/**
 * Fills a mapping from what `<<` names.
 *
 * Errors: `YamlFault` where a key was written before the `<<` that also brings it: kubectl takes the merged value, YAML's rule the written one.
 */
export const mergeFields = ({ fields, written }: OpenMapping, sources: readonly JsonObject[], offset: number): void => {
  for (const source of sources) {
    for (const [key, value] of Object.entries(source)) {
      if (written.has(key)) throw ambiguousFault(offset, key);
      if (!Object.hasOwn(fields, key)) setField(fields, key, value);
    }
  }
};

const ambiguousFault = (offset: number, key: string): YamlFault =>
  new YamlFault(
    offset,
    `the key ${JSON.stringify(key)} is written before the << that brings it too, and readers of YAML disagree on which one counts`,
    "put the << first in its mapping",
  );
