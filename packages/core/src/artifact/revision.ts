// A revision is the name that a source's state keeps for good: `main@sha1:<commit>`, or `sha1:<commit>` where no name led to it.
import { WindlassError } from "../error.ts";
import { findObjectFormat, hashLength, type ObjectFormat } from "./git-object.ts";

/** `name` is the branch or tag that the commit was found by. */
export interface GitRevision {
  readonly name?: string;
  readonly format: ObjectFormat;
  readonly commit: string;
}

/** `main@sha1:<commit>`. */
export const formatRevision = (revision: GitRevision): string =>
  `${revision.name === undefined ? "" : `${revision.name}@`}${revision.format}:${revision.commit}`;

/** The inverse of `formatRevision`. Errors: `invalid`. */
export const parseRevision = (text: string): GitRevision => {
  const [, name, format, commit = ""] = /^(?:(.+)@)?(sha1|sha256):([0-9a-f]+)$/.exec(text) ?? [];
  if ((format !== "sha1" && format !== "sha256") || commit.length !== hashLength[format] || findObjectFormat(commit) !== format) {
    throw new WindlassError({
      code: "invalid",
      message: `${JSON.stringify(text)} is not a revision of a Git source`,
      remedy: "write it as `main@sha1:<40 digits>`",
    });
  }
  return { ...(name === undefined ? {} : { name }), format, commit };
};
