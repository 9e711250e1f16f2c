// What is wrong in the files of a source. Reading goes on after each, so that a person learns of all of them at once.
import { WindlassError } from "../error.ts";
import type { Origin } from "./object.ts";

/** One fault of a source. `line` is the line of the value itself where it is known, else the document's first; `document` and `line` 0 mean the whole file. */
export interface SourceError extends Origin {
  readonly message: string;
  readonly remedy: string;
}

/** `web/api.yaml:12 (document 2)`, which editors and terminals make a link; `web/api.yaml` for a whole file. */
export const formatOrigin = ({ file, document, line }: Origin): string =>
  document === 0 ? file : `${file}:${line} (document ${document})`;

const shownMax = 20;

/**
 * The faults of a source as one `invalid`: the message names the first ones, `details.errors` all of them as `{file, document, line, message, remedy}`.
 */
export const toWindlassError = (errors: readonly SourceError[]): WindlassError => {
  const lines = errors.slice(0, shownMax).map((error) => `${formatOrigin(error)}: ${error.message}`);
  const more = errors.length > shownMax ? [`and ${errors.length - shownMax} more`] : [];
  const remedies = [...new Set(errors.map(({ remedy }) => remedy))];
  const remedy = remedies.length <= 3 ? remedies.join("; ") : "correct each line that is named; details.errors holds a remedy for each";
  return new WindlassError({ code: "invalid", message: [...lines, ...more].join("\n"), remedy, details: { errors } });
};

/** The faults that a `toWindlassError` holds, or `undefined` for any other failure. */
export const findSourceErrors = (error: unknown): readonly SourceError[] | undefined =>
  error instanceof WindlassError && Array.isArray(error.details["errors"])
    ? (error.details["errors"] as readonly SourceError[])
    : undefined;
