// Which commit a name means, decided on the list of refs that the server gave.
import { findObjectFormat, WindlassError, type ObjectFormat } from "@windlass/core";
import { compareBuild, parse, satisfies, validRange } from "semver";

/** What a source follows. `name` is a branch, or a tag where no branch is called so; `semver` the highest tag in a range. */
export type GitRef =
  | { readonly kind: "default" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "branch"; readonly name: string }
  | { readonly kind: "tag"; readonly name: string }
  | { readonly kind: "ref"; readonly name: string }
  /** Only tags that begin with `prefix` count, and the version is what follows it (`api/v` for `api/v1.2.3`). */
  | { readonly kind: "semver"; readonly range: string; readonly prefix?: string }
  | { readonly kind: "commit"; readonly commit: string };

/** A ref's commit. `name` is the short name of the branch or tag; `tag` the object of an annotated one, which carries its signature. */
export interface ResolvedRef {
  readonly name?: string;
  readonly ref?: string;
  readonly commit: string;
  readonly tag?: string;
  readonly format: ObjectFormat;
}

/** The refs of a server: the full name to its object, tags as `refs/tags/x` and, peeled, `refs/tags/x^{}`. */
export interface RefList {
  readonly head?: string;
  readonly refs: ReadonlyMap<string, string>;
}

/**
 * What people write after `--ref`: "" (the default branch), a branch or tag, `refs/…`, a full commit, or `semver:RANGE`.
 *
 * Errors: `invalid` for a range that is none.
 */
export const parseGitRef = (text: string): GitRef => {
  if (text === "" || text === "HEAD") return { kind: "default" };
  if (text.startsWith("refs/heads/")) return { kind: "branch", name: text.slice("refs/heads/".length) };
  if (text.startsWith("refs/tags/")) return { kind: "tag", name: text.slice("refs/tags/".length) };
  if (text.startsWith("refs/")) return { kind: "ref", name: text };
  if (text.startsWith("semver:")) return parseSemverRef(text.slice("semver:".length).trim());
  return findObjectFormat(text) === undefined ? { kind: "name", name: text } : { kind: "commit", commit: text };
};

const parseSemverRef = (range: string): GitRef => {
  if (validRange(range) !== null) return { kind: "semver", range };
  throw new WindlassError({
    code: "invalid",
    message: `${JSON.stringify(range)} is not a range of versions`,
    remedy: "write it like `semver:>=1.2 <2` or `semver:1.x`",
  });
};

/** The list that `git ls-remote --symref` prints. */
export const parseRefList = (text: string): RefList => {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const head = lines.find(([value, name]) => name === "HEAD" && value?.startsWith("ref: "))?.[0]?.slice("ref: ".length);
  const refs = new Map(
    lines.flatMap(([value = "", name]) => (name === undefined || findObjectFormat(value) === undefined ? [] : [[name, value] as const])),
  );
  return head === undefined ? { refs } : { head, refs };
};

/** The commit that `ref` means among the refs of `url`. Errors: `not_found`, with what there is instead. */
export const resolveInList = (ref: Exclude<GitRef, { kind: "commit" }>, list: RefList, url: string): ResolvedRef => {
  if (list.refs.size === 0)
    throw notFound(
      `repository ${url} is empty`,
      "push a first commit to it; if it has some, check that the URL is the one that `git clone` takes",
    );
  const found = candidates(ref, list).find((name) => list.refs.has(name));
  if (found === undefined) throw missing(ref, list, url);
  return toResolved(found === "HEAD" ? (list.head ?? "HEAD") : found, list, list.refs.get(found) ?? "");
};

const candidates = (ref: Exclude<GitRef, { kind: "commit" }>, list: RefList): readonly string[] => {
  switch (ref.kind) {
    case "default":
      return ["HEAD"];
    case "branch":
      return [`refs/heads/${ref.name}`];
    case "tag":
      return [`refs/tags/${ref.name}`];
    case "name":
      return [`refs/heads/${ref.name}`, `refs/tags/${ref.name}`];
    case "ref":
      return [ref.name];
    case "semver":
      return highestTag(ref.range, ref.prefix ?? "", list);
  }
};

const highestTag = (range: string, prefix: string, list: RefList): readonly string[] =>
  shortNames(list, "refs/tags/")
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => {
      const version = parse(name.slice(prefix.length));
      return version !== null && satisfies(version, range) ? [{ name, version }] : [];
    })
    .toSorted((a, b) => compareBuild(b.version, a.version) || (a.name < b.name ? -1 : 1))
    .slice(0, 1)
    .map(({ name }) => `refs/tags/${name}`);

const toResolved = (ref: string, list: RefList, object: string): ResolvedRef => {
  const peeled = list.refs.get(`${ref}^{}`);
  const name = ref.replace(/^refs\/(heads|tags)\//, "");
  const format = findObjectFormat(object) ?? "sha1";
  return { ...(ref === "HEAD" ? {} : { name, ref }), commit: peeled ?? object, format, ...(peeled === undefined ? {} : { tag: object }) };
};

const missing = (ref: Exclude<GitRef, { kind: "commit" }>, list: RefList, url: string): WindlassError => {
  const branches = shortNames(list, "refs/heads/");
  const tags = shortNames(list, "refs/tags/");
  const there = ref.kind === "tag" || ref.kind === "semver" ? `tags ${some(tags.toReversed())}` : `branches ${some(branches)}`;
  const details = { url, ref, branches: branches.slice(0, 100), tags: tags.slice(-100) };
  const hint = ref.kind === "name" && /^[0-9a-f]{7,39}$/.test(ref.name) ? "; a commit must be given with all its digits" : "";
  return notFound(
    `${describeRef(ref)} does not exist in ${url}`,
    `it may have been deleted or renamed; the repository has the ${there}${hint}`,
    details,
  );
};

/** A ref as people say it: `branch "main"`. */
export const describeRef = (ref: GitRef): string => {
  switch (ref.kind) {
    case "default":
      return "the default branch";
    case "semver":
      return `a tag in the range ${JSON.stringify(ref.range)}${ref.prefix === undefined ? "" : ` after ${JSON.stringify(ref.prefix)}`}`;
    case "commit":
      return `commit ${ref.commit}`;
    case "name":
      return `branch or tag ${JSON.stringify(ref.name)}`;
    case "branch":
    case "tag":
    case "ref":
      return `${ref.kind} ${JSON.stringify(ref.name)}`;
  }
};

const shortNames = (list: RefList, prefix: string): readonly string[] =>
  [...list.refs.keys()].filter((ref) => ref.startsWith(prefix) && !ref.endsWith("^{}")).map((ref) => ref.slice(prefix.length));

const some = (names: readonly string[]): string =>
  names.length === 0 ? "(none)" : names.slice(0, 10).join(", ") + (names.length > 10 ? ", …" : "");

const notFound = (message: string, remedy: string, details: Readonly<Record<string, unknown>> = {}): WindlassError =>
  new WindlassError({ code: "not_found", message, remedy, details });
