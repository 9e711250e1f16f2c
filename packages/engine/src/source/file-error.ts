import { WindlassError } from "@windlass/core";
import { fileFault } from "./file-fault.ts";

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "");

/** What the file system said, as an error for people; one that is such already stays. `path` is how they know the file. */
export const toFileError = (error: unknown, path: string): WindlassError => {
  if (error instanceof WindlassError) return error;
  const details = { path, reason: codeOf(error) };
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new WindlassError(
        {
          code: "not_found",
          message: `there is no file or folder ${path}`,
          remedy: "check the path; a relative one starts at the current folder",
          details,
        },
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
      return new WindlassError(
        {
          code: "forbidden",
          message: `${path} may not be read`,
          remedy: "give this user the right to read it (chmod, or run as its owner)",
          details,
        },
        { cause: error },
      );
    case "ELOOP":
      return new WindlassError(
        { code: "invalid", message: `${path} is a link to itself`, remedy: "remove the link", details },
        { cause: error },
      );
    default:
      return new WindlassError(
        {
          code: "unavailable",
          message: `${path} cannot be read: ${codeOf(error) || String(error)}`,
          remedy: "check the disk and the mount, then try again",
          details,
        },
        { cause: error },
      );
  }
};

/** As `toFileError` for a file inside a folder: what a person can put right there is a fault of the source, to be told with all others. */
export const toFaultInFolder = (error: unknown, file: string): WindlassError => {
  const failure = toFileError(error, file);
  if (failure.code === "not_found") return fileFault(file, "the link leads to nothing, or the file is gone", "remove or correct the link");
  if (failure.code === "forbidden") return fileFault(file, "the file may not be read", failure.remedy);
  return failure.code === "invalid" && failure.details["path"] !== undefined
    ? fileFault(file, "the link leads to itself", failure.remedy)
    : failure;
};
