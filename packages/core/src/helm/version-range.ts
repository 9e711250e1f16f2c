// Ranges of versions as Helm reads them. They look like npm's and differ: a comma is an "and", `>11` begins at 12, and one pre-release in a group of
// comparators lets every pre-release into that group.
// Source: https://github.com/Masterminds/semver/blob/v3.5.0/constraints.go; compared with Helm's own choice in chart-source.test.ts
import { WindlassError } from "../error.ts";
import { type Version, compareDigits, comparePrereleases, compareVersions, findVersion } from "./version.ts";

type Operator = "" | "=" | "!=" | ">" | "<" | ">=" | "=>" | "<=" | "=<" | "~" | "~>" | "^";

/** `~1.2`. `parts` is how many numbers were written before the first `x`: 0 (`*`) to 3. */
interface Comparator {
  readonly operator: Operator;
  readonly version: Version;
  readonly parts: number;
}

/** Alternatives, of each of which every comparator must hold. */
export type VersionRange = readonly (readonly Comparator[])[];

const part = String.raw`(?:\d+|[xX*])`;
const rest = String.raw`(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const written = String.raw`v?${part}(?:\.${part})?(?:\.${part})?${rest}`;
const hyphen = new RegExp(String.raw`(${written})\s+-\s+(${written})`, "g");
const comparator = String.raw`(=>|=<|!=|>=|<=|~>|=|>|<|~|\^)?\s*(${written})`;
const single = new RegExp(String.raw`^\s*${comparator}(?=\s|,|$)`);
const pieces = new RegExp(String.raw`^(v?)(${part})(?:\.(${part}))?(?:\.(${part}))?(${rest})$`);

/** The range that a text writes; an empty text allows every release. Errors: `invalid`. */
export const parseVersionRange = (text: string): VersionRange => {
  if (text.length > 512) throw noRange(`${text.slice(0, 40)}…`);
  const spelled = (text.trim() === "" ? "*" : text).replaceAll(hyphen, ">= $1, <= $2 ");
  return spelled.split("||").map((group) => parseGroup(group, text));
};

const parseGroup = (group: string, text: string): readonly Comparator[] => {
  const comparators: Comparator[] = [];
  let ahead = group;
  while (ahead.trim() !== "" || comparators.length === 0) {
    const match = single.exec(ahead);
    const found = match === null ? undefined : findComparator((match[1] ?? "") as Operator, match[2] ?? "");
    if (match === null || found === undefined) throw noRange(text);
    comparators.push(found);
    ahead = ahead.slice(match[0].length).replace(/^\s*,(?=\s*\S)/, "");
  }
  return comparators;
};

const isWild = (text: string | undefined): boolean => text === undefined || /^[xX*]$/.test(text);

const findComparator = (operator: Operator, text: string): Comparator | undefined => {
  const [, , major, minor, patch, suffix = ""] = pieces.exec(text) ?? [];
  const numbers = [major, minor, patch];
  const wild = numbers.findIndex(isWild);
  const parts = wild < 0 ? 3 : wild;
  const core = numbers.map((number, index) => (index < parts ? number : "0")).join(".");
  const version = findVersion(core + suffix);
  return version === undefined ? undefined : { operator, version, parts };
};

const noRange = (text: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${JSON.stringify(text)} is no version and no range of versions`,
    remedy: "write a version (1.2.3) or a range as Helm reads it: ^1.2, ~1.2.3, >=1.2 <3, 1.x, 1.2 - 2.3, ^1 || ^2",
  });

/** Whether a version lies in the range. A pre-release does only where a comparator of its group names one (`>=1.2.3-0`). */
export const isInRange = (version: Version, range: VersionRange): boolean =>
  range.some((group) => {
    const takesPrereleases = group.some((one) => one.version.prerelease.length > 0);
    return (version.prerelease.length === 0 || takesPrereleases) && group.every((one) => holds(version, one));
  });

const holds = (version: Version, one: Comparator): boolean => {
  const order = compareVersions(version, one.version);
  switch (one.operator) {
    case "":
    case "=":
      return one.parts < 3 ? isNear(version, one) : order === 0;
    case "!=":
      return isOther(version, one);
    case ">":
      return isAbove(version, one);
    case "<":
      return order < 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<=":
    case "=<":
      return isUpTo(version, one);
    case "~":
    case "~>":
      return isNear(version, one);
    case "^":
      return isCompatible(version, one);
  }
};

const sameMajor = (a: Version, b: Version): boolean => a.major === b.major;
const sameMinor = (a: Version, b: Version): boolean => sameMajor(a, b) && a.minor === b.minor;
const isZero = ({ major, minor, patch }: Version): boolean => major === "0" && minor === "0" && patch === "0";

/** `!=1` leaves out all of 1, `!=1.2` all of 1.2. */
const isOther = (version: Version, one: Comparator): boolean => {
  if (one.parts === 1) return !sameMajor(version, one.version);
  if (one.parts === 2) return !sameMinor(version, one.version) || comparePrereleases(version.prerelease, one.version.prerelease) !== 0;
  return compareVersions(version, one.version) !== 0;
};

/** `>1` begins at 2, `>1.2` at 1.3. */
const isAbove = (version: Version, { version: bound, parts }: Comparator): boolean => {
  const major = compareDigits(version.major, bound.major);
  if (parts === 1) return major > 0;
  if (parts === 2) return major > 0 || (major === 0 && compareDigits(version.minor, bound.minor) > 0);
  return compareVersions(version, bound) > 0;
};

/** `<=1` holds all of 1, `<=1.2` all of 1.2. */
const isUpTo = (version: Version, { version: bound, parts }: Comparator): boolean => {
  if (parts === 3) return compareVersions(version, bound) <= 0;
  const major = compareDigits(version.major, bound.major);
  return major < 0 || (major === 0 && (parts === 1 || compareDigits(version.minor, bound.minor) <= 0));
};

/** `~1.2.3` and `~1.2` stay in 1.2, `~1` in 1; `~0.0.0` and `*` are everything from there on. */
const isNear = (version: Version, { version: bound, parts }: Comparator): boolean => {
  if (compareVersions(version, bound) < 0) return false;
  if (isZero(bound) && (parts === 0 || parts === 3)) return true;
  return parts === 1 ? sameMajor(version, bound) : sameMinor(version, bound);
};

/** `^1.2.3` stays in 1, `^0.2.3` in 0.2, `^0.0.3` at 0.0.3. */
const isCompatible = (version: Version, { version: bound, parts }: Comparator): boolean => {
  if (compareVersions(version, bound) < 0) return false;
  if (bound.major !== "0" || parts === 1) return sameMajor(version, bound);
  if (bound.minor !== "0" || parts === 2) return sameMinor(version, bound);
  return sameMinor(version, bound) && version.patch === bound.patch;
};

/**
 * The version that Helm would choose: the very text where it is there, else the newest in the range. `undefined` when none fits.
 *
 * Shape: what is no version is passed over. Errors: `invalid` for a range that is none.
 * Source: https://github.com/helm/helm/blob/v4.3.1/pkg/repo/v1/index.go, IndexFile.Get
 */
export const findNewest = <T extends { readonly version: string }>(candidates: readonly T[], wanted: string): T | undefined => {
  const range = parseVersionRange(wanted);
  const exact = candidates.find(({ version }) => version === wanted);
  if (exact !== undefined) return exact;
  let best: { readonly candidate: T; readonly version: Version } | undefined;
  for (const candidate of candidates) {
    const version = findVersion(candidate.version);
    if (version === undefined || !isInRange(version, range)) continue;
    if (best === undefined || compareVersions(version, best.version) > 0) best = { candidate, version };
  }
  return best?.candidate;
};
