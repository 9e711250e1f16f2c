// Git objects made by hand, for artifacts that no Git would write.
import { createHash } from "node:crypto";
import { encodeArtifact, type ArtifactHeader } from "./artifact-format.ts";
import { concatBytes, encodeUtf8, fromHex } from "./bytes.ts";
import { hashObject, type GitObject, type HashFunction, type ObjectFormat } from "./git-object.ts";

export const hash: HashFunction = (format, bytes) => createHash(format).update(bytes).digest("hex");

/** What a tree holds: text is a file, an object a folder, and an entry with a mode whatever it says. */
interface Entry {
  readonly mode: string;
  readonly hash: string;
}

export interface Folder {
  readonly [name: string]: string | Folder | Entry;
}

const isEntry = (value: Folder | Entry): value is Entry => typeof value["mode"] === "string" && typeof value["hash"] === "string";

export interface Builder {
  readonly format: ObjectFormat;
  readonly objects: GitObject[];
  /** Keeps an object; its name. */
  add(type: GitObject["type"], content: Uint8Array | string): string;
  link(target: string): Entry;
  tree(folder: Folder): string;
  commit(tree: string): string;
  tag(target: string, type?: string): string;
}

export const createBuilder = (format: ObjectFormat = "sha1"): Builder => {
  const objects: GitObject[] = [];
  const builder: Builder = {
    format,
    objects,
    add: (type, content) => {
      const object: GitObject = { type, content: typeof content === "string" ? encodeUtf8(content) : content };
      objects.push(object);
      return hashObject(object, format, hash);
    },
    link: (target) => ({ mode: "120000", hash: builder.add("blob", target) }),
    tree: (folder) => {
      const entries = Object.entries(folder).map(([name, value]) => {
        if (typeof value === "string") return { name, mode: "100644", hash: builder.add("blob", value) };
        return { name, ...(isEntry(value) ? value : { mode: "40000", hash: builder.tree(value) }) };
      });
      const keyOf = ({ name, mode }: { name: string; mode: string }): Buffer => Buffer.from(mode === "40000" ? `${name}/` : name);
      const sorted = entries.toSorted((a, b) => Buffer.compare(keyOf(a), keyOf(b)));
      return builder.add("tree", encodeTree(sorted));
    },
    commit: (tree) =>
      builder.add("commit", `tree ${tree}\nauthor A <a@b.c> 1700000000 +0100\ncommitter C <c@d.e> 1700000001 -0200\n\nhello\n`),
    tag: (target, type = "commit") =>
      builder.add("tag", `object ${target}\ntype ${type}\ntag v1\ntagger T <t@t.t> 1700000002 +0000\n\nrelease\n`),
  };
  return builder;
};

/** A tree in the order that is given, which may be wrong. */
export const encodeTree = (entries: readonly { readonly name: string; readonly mode: string; readonly hash: string }[]): Uint8Array =>
  concatBytes(entries.flatMap(({ name, mode, hash }) => [encodeUtf8(`${mode} ${name}\0`), fromHex(hash)]));

/** The artifact of everything that the builder made. */
export const pack = ({ objects, format }: Builder, header: Omit<ArtifactHeader, "format">): Uint8Array =>
  encodeArtifact({ format, ...header }, objects, hash);

/** A commit with a folder `apps/shop` as its only content, and the artifact of that folder. */
export const packShop = (
  shop: Folder,
  format: ObjectFormat = "sha1",
): { readonly root: string; readonly path: string; readonly bytes: Uint8Array } => {
  const builder = createBuilder(format);
  const root = builder.commit(builder.tree({ apps: { shop } }));
  return { root, path: "apps/shop", bytes: pack(builder, { root, path: "apps/shop" }) };
};
