// Objects as clusters and tools print them: YAML documents, one JSON value after the other, JSON lines, lists.
import { describeType, isJsonObject } from "../object/guards.ts";
import { expandLists } from "../object/expand.ts";
import { parseJson } from "../object/json.ts";
import type { Json, KubeObject, SourcedObject } from "../object/object.ts";
import type { SourceError } from "../object/source-error.ts";
import { type YamlLimits, defaultYamlLimits } from "../yaml/limits.ts";
import { readDocuments } from "../yaml/parse.ts";
import { type YamlChunk, splitDocuments } from "../yaml/split.ts";

export interface LiveObjects {
  readonly objects: readonly SourcedObject[];
  readonly errors: readonly SourceError[];
}

/** One piece of the text that should be one document. */
type Piece = Pick<YamlChunk, "text" | "line"> & { readonly isJson: boolean };

/**
 * The objects of a text, in its order, lists opened; the faults of documents that cannot be read beside them.
 *
 * Other than for a source, nothing but `apiVersion` and `kind` is asked of an object: what is live was accepted by an API server.
 * `file` is what errors call the text. Errors: none.
 */
export const readLiveObjects = (text: string, file: string, limits: YamlLimits = defaultYamlLimits): LiveObjects => {
  const objects: SourcedObject[] = [];
  const errors: SourceError[] = [];
  let document = 0;
  for (const piece of splitDocuments(text.replace(/^\uFEFF/, "")).flatMap(cutJson)) {
    const read = readPiece(piece, file, limits);
    if (read === "empty") continue;
    document += 1;
    const origin = { file, document, line: piece.line };
    if ("fault" in read) errors.push({ ...read.fault, ...origin, line: read.fault.line });
    else {
      for (const { value } of expandLists(read.value)) {
        const fault = findFault(value);
        if (fault === undefined) objects.push({ object: toObject(value), origin });
        else errors.push({ ...origin, ...fault });
      }
    }
  }
  return { objects, errors };
};

const isObjectStart = /^\{/gm;

/**
 * A chunk as JSON values, each of which begins with `{` at the start of a line; as it is where it does not begin with one.
 *
 * The lines decide, not the parser: a value that is broken ends where the next one begins.
 */
const cutJson = (chunk: YamlChunk): readonly Piece[] => {
  if (chunk.separatorRest !== "" && !chunk.separatorRest.startsWith("#"))
    return [{ text: `--- ${chunk.separatorRest}\n${chunk.text}`, line: chunk.line - 1, isJson: false }];
  const starts = [...chunk.text.matchAll(isObjectStart)].map(({ index }) => index);
  const [first] = starts;
  if (first === undefined || chunk.text.slice(0, first).trim() !== "") return [{ ...chunk, isJson: false }];
  if (starts.length === 1 || isJson(chunk.text)) return [{ ...chunk, isJson: true }];
  let line = chunk.line + countNewlines(chunk.text.slice(0, first));
  return starts.map((start, index) => {
    const piece = { text: chunk.text.slice(start, starts[index + 1]), line, isJson: true };
    line += countNewlines(piece.text);
    return piece;
  });
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const countNewlines = (text: string): number => text.split("\n").length - 1;

type PieceReading = "empty" | { readonly value: Json } | { readonly fault: Pick<SourceError, "line" | "message" | "remedy"> };

const readPiece = (piece: Piece, file: string, limits: YamlLimits): PieceReading => {
  if (piece.isJson && isJson(piece.text)) return { value: parseJson(piece.text) };
  const { documents, errors } = readDocuments(piece.text.trimEnd(), { file: piece.isJson ? `${file}.json` : file, limits });
  const [error] = errors;
  if (error) return { fault: { ...error, line: Math.max(error.line, 1) + piece.line - 1 } };
  return documents[0] ? { value: documents[0].value } : "empty";
};

/** What keeps a value from being judged; undefined where nothing does. */
const findFault = (value: Json): Pick<SourceError, "message" | "remedy"> | undefined => {
  const remedy = "give whole objects, as kubectl get -o json or -o yaml prints them";
  if (!isJsonObject(value)) return { message: `the document is ${describeType(value)}, not a Kubernetes object`, remedy };
  const wrong = ["apiVersion", "kind"].find((field) => typeof value[field] !== "string" || value[field] === "");
  return wrong === undefined ? undefined : { message: `${wrong} is ${value[wrong] === "" ? "empty" : describeType(value[wrong])}`, remedy };
};

/** The value as an object whose name can be trusted to be a text. Everything else is the rules' to read with care. */
const toObject = (value: Json): KubeObject => {
  const fields = value as unknown as KubeObject;
  const metadata: { readonly name?: unknown } = isJsonObject(fields.metadata) ? fields.metadata : {};
  return typeof metadata.name === "string" ? fields : { ...fields, metadata: { ...metadata, name: "" } };
};
