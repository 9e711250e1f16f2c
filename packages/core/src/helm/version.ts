// Versions of charts as Helm reads them: semantic versions, with a `v` before or parts left out where people write them so.
// Source: https://github.com/Masterminds/semver/blob/v3.5.0/version.go

/** A version. Numbers stay texts of digits, which have no largest one; build metadata decides nothing and is left out. */
export interface Version {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** The identifiers behind the hyphen; none for a release. */
  readonly prerelease: readonly string[];
}

const pattern = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

const withoutZeros = (digits = "0"): string => digits.replace(/^0+(?=\d)/, "");

/** The version that a text stands for, or `undefined` when it is none. `1.2` is `1.2.0`. */
export const findVersion = (text: string): Version | undefined => {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const prerelease = match[4] === undefined ? [] : match[4].split(".");
  // A numeric identifier has no leading zero: https://semver.org/#spec-item-9
  if (prerelease.some((identifier) => /^0\d+$/.test(identifier))) return undefined;
  return { major: withoutZeros(match[1]), minor: withoutZeros(match[2]), patch: withoutZeros(match[3]), prerelease };
};

/** Whether a text is a version with all three parts: what names one chart, and no range. */
export const isFullVersion = (text: string): boolean => /^v?\d+\.\d+\.\d+(?:[-+]|$)/.test(text) && findVersion(text) !== undefined;

const isNumeric = (identifier: string): boolean => /^\d+$/.test(identifier);

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Texts of digits without leading zeros, by the number they write. */
export const compareDigits = (a: string, b: string): number => a.length - b.length || compareText(a, b);

const compareIdentifiers = (a: string, b: string): number => {
  if (isNumeric(a) && isNumeric(b)) return compareDigits(a, b);
  if (isNumeric(a) !== isNumeric(b)) return isNumeric(a) ? -1 : 1;
  return compareText(a, b);
};

/** Below 0 when the first pre-release comes earlier; a release comes after all of them. */
export const comparePrereleases = (a: readonly string[], b: readonly string[]): number => {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, identifier] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
};

/** Below 0 when `a` is the older one, 0 when neither is. Source: https://semver.org/#spec-item-11 */
export const compareVersions = (a: Version, b: Version): number =>
  compareDigits(a.major, b.major) ||
  compareDigits(a.minor, b.minor) ||
  compareDigits(a.patch, b.patch) ||
  comparePrereleases(a.prerelease, b.prerelease);
