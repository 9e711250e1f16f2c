import type { SourceError } from "../object/source-error.ts";
import { lineAt } from "./fault.ts";

/**
 * What keeps a text from being JSON, or `undefined`. JSON's own grammar has the word in a `.json` file, although its content is then read as YAML,
 * of which it is a part: that way keys that stand twice are seen and lines are known.
 */
export const findJsonError = (text: string, file: string): SourceError | undefined => {
  try {
    JSON.parse(text.replace(/^\uFEFF/, "") || "null");
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const offset = Number(/at position (\d+)/.exec(reason)?.[1] ?? text.length);
    const message = `not valid JSON: ${reason.replace(/ \(line \d+ column \d+\)$/, "").replace(/ in JSON at position \d+/, "")}`;
    return { file, document: 1, line: lineAt(text, offset), message, remedy: "correct the JSON at this line or just above it" };
  }
};
