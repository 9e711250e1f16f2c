// What a request says about the version: a range, and perhaps the digest that a range has led to before.
import { WindlassError, isDigest } from "@windlass/core";

export interface ChartPin {
  /** "" allows every release. */
  readonly range: string;
  /** `sha256:…` that the chart has to have. */
  readonly digest?: string;
}

/** `^1.2`, or a revision: `1.2.3@sha256:…`. Errors: `invalid`. */
export const parseChartPin = (version: string): ChartPin => {
  const at = version.indexOf("@");
  if (at < 0) return { range: version.trim() };
  const digest = version.slice(at + 1);
  if (isDigest(digest)) return { range: version.slice(0, at).trim(), digest };
  throw new WindlassError({
    code: "invalid",
    message: `${JSON.stringify(version)} is no version of a chart`,
    remedy: "write a version, a range, or a revision (1.2.3@sha256:…)",
  });
};

/** The failure when no version fits, with those that there are. */
export const versionNotFound = (message: string, versions: readonly string[]): WindlassError =>
  new WindlassError({
    code: "not_found",
    message,
    remedy:
      versions.length === 0
        ? "check the chart's name and the repository"
        : `it has ${versions.slice(0, 8).join(", ")}${versions.length > 8 ? ", …" : ""}; a pre-release is taken only where the range names one (>=1.2.3-0)`,
  });

/** The failure when a version has another content than before. */
export const pinChanged = (subject: string, wanted: string, got: string): WindlassError =>
  new WindlassError({
    code: "conflict",
    message: `${subject} has changed: it is ${got} now and was ${wanted}`,
    remedy: "find out who published another chart under the same version before you accept its digest",
    details: { wanted, got },
  });
