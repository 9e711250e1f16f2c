// The bytes of an artifact. One way to write the same content, so that one digest stands for it on every machine:
//
//   windlass-artifact 1\n
//   format sha1\n            or sha256
//   root <hash>\n            the commit, or the tag that leads to it
//   path apps/shop\n         "" for the whole repository
//   objects 12\n
//   \n
//   then each object exactly as Git hashes it, `type length\0content`, in ascending order of their names.
//
// Names are left out: they follow from the content. Compression is the business of who stores or sends it, since the output of a
// compressor changes with its version and the machine's instructions, and the digest must not.
import { WindlassError } from "../error.ts";
import { concatBytes, decodeLatin1, decodeUtf8, encodeUtf8 } from "./bytes.ts";
import { hashLength, type GitObject, type GitObjectType, type HashFunction, type ObjectFormat } from "./git-object.ts";

/** What an artifact says about itself. Nothing of it is to be believed before `verifyArtifact`. */
export interface ArtifactHeader {
  readonly format: ObjectFormat;
  readonly root: string;
  readonly path: string;
}

/** An object with its name, recomputed from its bytes. */
export interface NamedObject extends GitObject {
  readonly hash: string;
}

export interface DecodedArtifact extends ArtifactHeader {
  readonly objects: readonly NamedObject[];
}

/** The artifact's bytes. Each object stands in it once, however often it is given. Errors: `invalid` for a path with a line break. */
export const encodeArtifact = (header: ArtifactHeader, objects: readonly GitObject[], hash: HashFunction): Uint8Array => {
  if (header.path.includes("\n")) throw malformedArtifact("its path holds a line break");
  const framed = objects.map((object) => frame(object)).map((bytes) => [hash(header.format, bytes), bytes] as const);
  const sorted = [...new Map(framed)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return concatBytes([encodeUtf8(formatHeader(header, sorted.length)), ...sorted.map(([, bytes]) => bytes)]);
};

/** Header and objects, each named by its hash. Errors: `invalid` for bytes that `encodeArtifact` would not have written. */
export const decodeArtifact = (bytes: Uint8Array, hash: HashFunction): DecodedArtifact => {
  const { header, count, length } = parseHeader(bytes);
  const objects: NamedObject[] = [];
  let at = length;
  while (at < bytes.length) {
    const { object, end } = parseObject(bytes, at);
    const name = hash(header.format, bytes.subarray(at, end));
    if (name <= (objects.at(-1)?.hash ?? "")) throw malformedArtifact("its objects are not in ascending order");
    objects.push({ ...object, hash: name });
    at = end;
  }
  if (objects.length !== count) throw malformedArtifact(`it holds ${objects.length} objects instead of ${count}`);
  return { ...header, objects };
};

/** The name of an artifact: the digest of its bytes as `encodeArtifact` writes them. */
export const digestArtifact = (bytes: Uint8Array, hash: HashFunction): string => `sha256:${hash("sha256", bytes)}`;

/** The failure to throw where an artifact was altered, cut or mixed up. */
export const malformedArtifact = (what: string, details: Readonly<Record<string, unknown>> = {}): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `artifact refused: ${what}`,
    remedy: "it was altered or damaged on its way: fetch it again, and if that does not help, distrust where it comes from",
    details,
  });

const formatHeader = ({ format, root, path }: ArtifactHeader, count: number): string =>
  `windlass-artifact 1\nformat ${format}\nroot ${root}\npath ${path}\nobjects ${count}\n\n`;

const headerPattern = /^windlass-artifact 1\nformat (sha1|sha256)\nroot ([0-9a-f]+)\npath ([^\n]*)\nobjects (0|[1-9]\d{0,8})\n\n$/;
const headerBytesMax = 8192;

const parseHeader = (bytes: Uint8Array): { readonly header: ArtifactHeader; readonly count: number; readonly length: number } => {
  const length = findHeaderEnd(bytes);
  const [, format, root = "", path = "", count = ""] = headerPattern.exec(decodeUtf8(bytes.subarray(0, length)) ?? "") ?? [];
  if ((format !== "sha1" && format !== "sha256") || root.length !== hashLength[format])
    throw malformedArtifact("it does not begin like an artifact");
  return { header: { format, root, path }, count: Number(count), length };
};

const findHeaderEnd = (bytes: Uint8Array): number => {
  for (let at = 1; at < Math.min(bytes.length, headerBytesMax); at++) if (bytes[at] === 0x0a && bytes[at - 1] === 0x0a) return at + 1;
  return 0;
};

const frame = ({ type, content }: GitObject): Uint8Array => concatBytes([encodeUtf8(`${type} ${content.length}\0`), content]);

const objectPattern = /^(commit|tree|blob|tag) (0|[1-9]\d{0,11})$/;
const objectHeadMax = 24;

const parseObject = (bytes: Uint8Array, at: number): { readonly object: GitObject; readonly end: number } => {
  const head = bytes.subarray(at, at + objectHeadMax);
  const zero = head.indexOf(0);
  const [, type, length] = objectPattern.exec(decodeLatin1(head.subarray(0, Math.max(zero, 0)))) ?? [];
  const start = at + zero + 1;
  const end = start + Number(length);
  if (type === undefined || end > bytes.length) throw malformedArtifact("an object of it is cut off or unreadable");
  return { object: { type: type as GitObjectType, content: bytes.subarray(start, end) }, end };
};
