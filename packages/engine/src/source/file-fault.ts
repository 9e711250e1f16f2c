import { type WindlassError, toWindlassError } from "@windlass/core";

/** A fault of a file as a whole, as `invalid`; loading collects it beside the faults of other files. */
export const fileFault = (file: string, message: string, remedy: string): WindlassError =>
  toWindlassError([{ file, document: 0, line: 0, message, remedy }]);
