// Commits and tags: who, when, what they lead to, and the signature with the very bytes that it signs.
import { concatBytes, decodeLatin1, decodeUtf8 } from "./bytes.ts";
import { findObjectFormat, malformed, type GitObjectType, type ObjectFormat } from "./git-object.ts";

/** A person at a moment. `secondsUtc` counts from 1970; `offset` is the zone as written, `+0100`. */
export interface GitIdentity {
  readonly name: string;
  readonly email: string;
  readonly secondsUtc: number;
  readonly offset: string;
}

/** A signature as it stands in the object, and what it was made over. */
export interface GitSignature {
  readonly kind: "ssh" | "openpgp" | "x509";
  readonly armored: string;
  readonly payload: Uint8Array;
}

export interface GitCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: GitIdentity;
  readonly committer: GitIdentity;
  readonly message: string;
  readonly signature?: GitSignature;
}

export interface GitTag {
  readonly target: string;
  readonly targetType: GitObjectType;
  readonly name: string;
  /** Very old tags have none. */
  readonly tagger?: GitIdentity;
  readonly message: string;
  readonly signature?: GitSignature;
}

/** A commit. Errors: `invalid` when the bytes are none, or a header that may stand once stands twice. */
export const parseCommit = (content: Uint8Array, format: ObjectFormat): GitCommit => {
  const { headers, body } = split(content);
  const signature = findCommitSignature(content, headers, format);
  return {
    tree: parseHash(single(headers, "tree", "commit"), format),
    parents: headers.filter(({ name }) => name === "parent").map(({ value }) => parseHash(value, format)),
    author: parseIdentity(single(headers, "author", "commit")),
    committer: parseIdentity(single(headers, "committer", "commit")),
    message: toText(body),
    ...(signature === undefined ? {} : { signature }),
  };
};

/** An annotated tag. Errors: `invalid` when the bytes are none. */
export const parseTag = (content: Uint8Array, format: ObjectFormat): GitTag => {
  const { headers, body } = split(content);
  const bodyStart = content.length - body.length;
  const at = findSignatureStart(body);
  const tagger = headers.find(({ name }) => name === "tagger");
  return {
    target: parseHash(single(headers, "object", "tag"), format),
    targetType: parseType(single(headers, "type", "tag")),
    name: toText(encodeLatin1(single(headers, "tag", "tag"))),
    ...(tagger === undefined ? {} : { tagger: parseIdentity(tagger.value) }),
    message: toText(body.subarray(0, at)),
    ...(at === undefined ? {} : { signature: toSignature(decodeLatin1(body.subarray(at)), content.subarray(0, bodyStart + at)) }),
  };
};

/** Nobody writes more into a commit, and an attacker must not make us copy more. */
const contentBytesMax = 1024 ** 2;

/** A header of one or more lines, with the bytes of the object that it takes up. Values are one character per byte. */
interface Header {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const newline = 0x0a;

const split = (content: Uint8Array): { readonly headers: readonly Header[]; readonly body: Uint8Array } => {
  if (content.length > contentBytesMax) throw malformed(`a commit or tag has ${content.length} bytes, more than ${contentBytesMax}`);
  const headers: Header[] = [];
  let at = 0;
  while (at < content.length && content[at] !== newline) {
    const end = headerEnd(content, at);
    const text = decodeLatin1(content.subarray(at, end - 1));
    const space = text.indexOf(" ");
    if (space < 1) throw malformed("a header of a commit or tag has no value");
    headers.push({ name: text.slice(0, space), value: text.slice(space + 1).replaceAll("\n ", "\n"), start: at, end });
    at = end;
  }
  return { headers, body: content.subarray(Math.min(at + 1, content.length)) };
};

/** After the header's last line: lines that begin with a space go on with it. */
const headerEnd = (content: Uint8Array, at: number): number => {
  let end = at;
  do {
    end = content.indexOf(newline, end) + 1;
    if (end === 0) throw malformed("a commit or tag ends inside its headers");
  } while (content[end] === 0x20);
  return end;
};

/**
 * The signature header of the repository's own format, over the commit without any signature header.
 *
 * Source: git, commit.c, parse_buffer_signed_by_header @v2.39.5: every header whose name begins with `gpgsig` is left out of the payload.
 */
const findCommitSignature = (content: Uint8Array, headers: readonly Header[], format: ObjectFormat): GitSignature | undefined => {
  const name = format === "sha1" ? "gpgsig" : "gpgsig-sha256";
  const found = headers.filter((header) => header.name === name);
  const [header] = found;
  if (header === undefined) return undefined;
  if (found.length > 1) throw malformed("a commit carries two signatures");
  const last = headers.at(-1)?.end ?? 0;
  const kept = headers.filter((each) => !each.name.startsWith("gpgsig")).map(({ start, end }) => content.subarray(start, end));
  return toSignature(`${header.value}\n`, concatBytes([...kept, content.subarray(last)]));
};

const markers: Readonly<Record<GitSignature["kind"], readonly string[]>> = {
  ssh: ["-----BEGIN SSH SIGNATURE-----"],
  openpgp: ["-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----"],
  x509: ["-----BEGIN SIGNED MESSAGE-----"],
};

const kindOf = (armored: string): GitSignature["kind"] | undefined => {
  if (markers.ssh.some((marker) => armored.startsWith(marker))) return "ssh";
  if (markers.openpgp.some((marker) => armored.startsWith(marker))) return "openpgp";
  return markers.x509.some((marker) => armored.startsWith(marker)) ? "x509" : undefined;
};

const toSignature = (armored: string, payload: Uint8Array): GitSignature => {
  const kind = kindOf(armored);
  if (kind === undefined) throw malformed("a signature is of no kind that Git makes");
  return { kind, armored, payload };
};

/** Where the last line that begins a signature starts, as Git's own parse_signed_buffer takes it. */
const findSignatureStart = (body: Uint8Array): number | undefined => {
  const text = decodeLatin1(body);
  let found: number | undefined;
  for (let at = 0; at < text.length;) {
    if (text.startsWith("-----BEGIN ", at) && kindOf(text.slice(at, at + 40)) !== undefined) found = at;
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    at = end + 1;
  }
  return found;
};

const single = (headers: readonly Header[], name: string, what: string): string => {
  const found = headers.filter((header) => header.name === name);
  if (found.length !== 1 || found[0] === undefined) throw malformed(`a ${what} has ${found.length} headers "${name}" instead of one`);
  return found[0].value;
};

const parseHash = (text: string, format: ObjectFormat): string => {
  if (findObjectFormat(text) !== format)
    throw malformed(`${JSON.stringify(text.slice(0, 80))} is not the name of an object in a ${format} repository`);
  return text;
};

const parseType = (text: string): GitObjectType => {
  if (text === "commit" || text === "tree" || text === "blob" || text === "tag") return text;
  throw malformed(`a tag leads to an object of the unknown type ${JSON.stringify(text.slice(0, 20))}`);
};

/** Very old and foreign commits have identities in odd forms: what cannot be read of them is empty, and the moment 1970. */
const parseIdentity = (text: string): GitIdentity => {
  // Not one pattern for all of it: that would take a square of the time for a line full of brackets.
  const [opens, closes] = [text.indexOf("<"), text.lastIndexOf("> ")];
  if (opens < 0 || closes < opens) return { name: "", email: "", secondsUtc: 0, offset: "+0000" };
  const [, seconds = "0", offset = "+0000"] = /^(\d{1,12}) ([+-]\d{4,5})$/.exec(text.slice(closes + 2, closes + 40)) ?? [];
  const [name, email] = [text.slice(0, opens).trimEnd(), text.slice(opens + 1, closes)].map((part) => toText(encodeLatin1(part)));
  return { name: name ?? "", email: email ?? "", secondsUtc: Number(seconds), offset };
};

const encodeLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Commits may be in any encoding; what is not UTF-8 is shown byte by byte rather than refused. */
const toText = (bytes: Uint8Array): string => decodeUtf8(bytes) ?? decodeLatin1(bytes);
