// Files of YAML and JSON, as kubectl reads them.
import { EVENT_ID, type Event, parseEvents } from "js-yaml";
import type { Json } from "../object/object.ts";
import { type SourceError, toWindlassError } from "../object/source-error.ts";
import { construct } from "./construct.ts";
import { offsetOf } from "./construction.ts";
import { YamlFault, lineAt, toFault } from "./fault.ts";
import { type Path, findItemLines, findLine } from "./line.ts";
import { type YamlLimits, defaultYamlLimits } from "./limits.ts";
import { findJsonError } from "./json-grammar.ts";
import { type YamlChunk, splitDocuments } from "./split.ts";

/** One document of a file. `document` counts from 1, leaving out what is empty; `line` is where its first value stands, from 1. */
export interface YamlDocument {
  readonly value: Json;
  readonly document: number;
  readonly line: number;
  /** The line of the value at a path (`["metadata", "labels"]`), or of the nearest one above it. Reads the document again: for messages. */
  readonly lineOf: (path: Path) => number;
  /** The lines of the items of the list at a path, as dear as `lineOf` for all of them together. */
  readonly itemLines: (path: Path) => readonly number[];
}

export interface ReadDocuments {
  readonly documents: readonly YamlDocument[];
  readonly errors: readonly SourceError[];
}

export interface YamlOptions {
  /** Named in errors; one that ends in `.json` is held to JSON's grammar. */
  readonly file: string;
  readonly limits?: YamlLimits;
}

/**
 * The documents of a file. The empty ones, and those that only hold comments or `null`, are left out.
 *
 * Errors: `invalid`, `details.errors` naming each document that cannot be read.
 */
export const parseYaml = (text: string, options: YamlOptions): readonly YamlDocument[] => {
  const { documents, errors } = readDocuments(text, options);
  if (errors.length > 0) throw toWindlassError(errors);
  return documents;
};

/** As `parseYaml`, with the faults as data beside what could be read. Errors: none. */
export const readDocuments = (text: string, { file, limits = defaultYamlLimits }: YamlOptions): ReadDocuments => {
  const refusal = refuseFile(text, file, limits);
  if (refusal !== undefined) return { documents: [], errors: [refusal] };
  const documents: YamlDocument[] = [];
  const errors: SourceError[] = [];
  let nodesMax = limits.nodesMax;
  for (const chunk of splitDocuments(text)) {
    const document = documents.length + errors.length + 1;
    const read = readChunk(chunk, { ...limits, nodesMax });
    if (read.type === "empty") continue;
    if (document > limits.documentsMax) return { documents, errors: [...errors, tooManyDocuments(file, chunk.line, limits)] };
    if (read.type === "fault") errors.push({ file, document, ...read.error });
    else documents.push({ value: read.value, document, line: read.line, ...lineLookup(chunk) });
    if (read.type === "value") nodesMax -= read.weight;
  }
  return { documents, errors };
};

const lineLookup = (chunk: YamlChunk): Pick<YamlDocument, "lineOf" | "itemLines"> => ({
  lineOf: (path) => findLine(chunk, path),
  itemLines: (path) => findItemLines(chunk, path),
});

type ChunkReading =
  | { readonly type: "empty" }
  | { readonly type: "fault"; readonly error: Pick<SourceError, "line" | "message" | "remedy"> }
  | { readonly type: "value"; readonly value: Json; readonly weight: number; readonly line: number };

const readChunk = (chunk: YamlChunk, limits: YamlLimits): ChunkReading => {
  try {
    refuseSeparatorRest(chunk);
    // One level more than allowed, so that it is our own count, which follows aliases, that speaks.
    const events = parseEvents(chunk.text, { maxDepth: limits.depthMax + 2 });
    if (events.length === 0) return { type: "empty" };
    const { value, weight } = construct(chunk, events, limits);
    refuseSecondDocument(events);
    if (value === null) return { type: "empty" };
    return { type: "value", value, weight, line: chunk.line + lineAt(chunk.text, offsetOf(events[1])) - 1 };
  } catch (error) {
    const { message, remedy, offset } = toFault(error);
    return { type: "fault", error: { line: chunk.line + lineAt(chunk.text, offset) - 1, message, remedy } };
  }
};

const refuseSeparatorRest = ({ separatorRest }: YamlChunk): void => {
  if (separatorRest === "" || separatorRest.startsWith("#")) return;
  throw new YamlFault(0, `${JSON.stringify(separatorRest.slice(0, 40))} follows --- on its line`, "begin the document on the next line");
};

// kubectl reads up to `...` and drops the rest of the document without a word.
const refuseSecondDocument = (events: readonly Event[]): void => {
  const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT);
  if (second < 0) return;
  throw new YamlFault(offsetOf(events[second + 1]), "content follows the end of the document (...)", "begin the next document with ---");
};

const tooManyDocuments = (file: string, line: number, { documentsMax }: YamlLimits): SourceError => ({
  file,
  document: documentsMax + 1,
  line,
  message: `the file holds more than ${documentsMax} documents`,
  remedy: "split the file",
});

const refuseFile = (text: string, file: string, { charactersMax }: YamlLimits): SourceError | undefined => {
  const place = { file, document: 0, line: 0 };
  if (text.length > charactersMax) {
    return {
      ...place,
      message: `the file is longer than ${charactersMax} characters`,
      remedy: "split the file, or leave it out of the folder",
    };
  }
  return file.endsWith(".json") ? findJsonError(text, file) : undefined;
};
