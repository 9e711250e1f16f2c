import { describe, expect, test } from "vitest";
import { createBuilder } from "./artifact.test-support.ts";
import { encodeUtf8 } from "./bytes.ts";
import { parseCommit, parseTag } from "./commit.ts";

const tree = "a".repeat(40);
const parent = "b".repeat(40);
const people = "author Ann <ann@example.com> 1700000000 +0100\ncommitter Cem <cem@example.com> 1700000001 -0230\n";
const ssh = "-----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n";

const read = (text: string) => parseCommit(encodeUtf8(text), "sha1");
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe("a commit", () => {
  test("says who, when, from what and why", () => {
    expect(read(`tree ${tree}\nparent ${parent}\nparent ${tree}\n${people}\nfix\n\nit\n`)).toEqual({
      tree,
      parents: [parent, tree],
      author: { name: "Ann", email: "ann@example.com", secondsUtc: 1_700_000_000, offset: "+0100" },
      committer: { name: "Cem", email: "cem@example.com", secondsUtc: 1_700_000_001, offset: "-0230" },
      message: "fix\n\nit\n",
    });
  });

  test("gives its signature, and the bytes without it that were signed", () => {
    const { signature } = read(`tree ${tree}\n${people}gpgsig ${ssh}encoding latin1\n\nfix\n`);
    expect(signature).toMatchObject({ kind: "ssh", armored: "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n" });
    expect(textOf(signature?.payload)).toBe(`tree ${tree}\n${people}encoding latin1\n\nfix\n`);
  });

  test("takes the signature of its own format only, and signs without any of them", () => {
    const { signature } = read(`tree ${tree}\n${people}gpgsig-sha256 ${ssh}gpgsig ${ssh}\nfix\n`);
    expect(textOf(signature?.payload)).toBe(`tree ${tree}\n${people}\nfix\n`);
    expect(read(`tree ${tree}\n${people}gpgsig-sha256 ${ssh}\nfix\n`).signature).toBeUndefined();
  });

  test.each([
    ["two trees", `tree ${tree}\ntree ${parent}\n${people}\nx`],
    ["no tree", `${people}\nx`],
    ["no committer", `tree ${tree}\nauthor a <b> 1 +0000\n\nx`],
    ["two signatures", `tree ${tree}\n${people}gpgsig ${ssh}gpgsig ${ssh}\nx`],
    ["a signature of no kind that Git makes", `tree ${tree}\n${people}gpgsig whatever\n\nx`],
    ["a tree of the other format", `tree ${"a".repeat(64)}\n${people}\nx`],
    ["an upper-case tree", `tree ${"A".repeat(40)}\n${people}\nx`],
    ["a header without a value", `tree ${tree}\nnonsense\n${people}\nx`],
    ["headers that never end", `tree ${tree}`],
    ["nothing in it", ""],
  ])("with %s is refused", (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("of more than a mebibyte is refused before anything is copied", () => {
    expect(() => read(`tree ${tree}\n${people}\n${"x".repeat(1024 ** 2)}`)).toThrow(/more than 1048576/);
  });

  test.each([
    ["<".repeat(500_000), ""],
    [`a <b> ${"> ".repeat(200_000)}`, "a"],
    ["no brackets", ""],
    ["Ann <a@b> then 12 +0000", "Ann"],
  ])("with an odd author is read in no time, and what cannot be read is empty", (author, name) => {
    const started = performance.now();
    const commit = read(`tree ${tree}\nauthor ${author}\ncommitter C <c> 1 +0000\n\nx`);
    expect(commit.author).toMatchObject({ name, secondsUtc: 0 });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("in an encoding that nobody named is shown byte by byte", () => {
    const bytes = Buffer.from(`tree ${tree}\nauthor J\u00fcrgen <j> 1 +0000\ncommitter C <c> 1 +0000\n\nx`, "latin1");
    expect(parseCommit(bytes, "sha1").author.name).toBe("J\u00fcrgen");
  });
});

describe("a tag", () => {
  const head = `object ${tree}\ntype commit\ntag v1.0\ntagger Tia <t@t> 1700000002 +0000\n\n`;
  const readTag = (text: string) => parseTag(encodeUtf8(text), "sha1");

  test("says what it names, and by whom", () => {
    expect(readTag(`${head}release\n`)).toEqual({
      target: tree,
      targetType: "commit",
      name: "v1.0",
      tagger: { name: "Tia", email: "t@t", secondsUtc: 1_700_000_002, offset: "+0000" },
      message: "release\n",
    });
  });

  test("carries its signature at the end, over all that stands before it", () => {
    const armored = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";
    const { signature, message } = readTag(`${head}quotes\n-----BEGIN SSH SIGNATURE-----\nno\n${armored}`);
    expect(signature).toMatchObject({ kind: "openpgp", armored });
    expect(textOf(signature?.payload)).toBe(`${head}quotes\n-----BEGIN SSH SIGNATURE-----\nno\n`);
    expect(message).toBe("quotes\n-----BEGIN SSH SIGNATURE-----\nno\n");
  });

  test.each([
    ["an unknown type", head.replace("commit", "banana")],
    ["no name", head.replace("tag v1.0\n", "")],
    ["two targets", `object ${tree}\n${head}`],
  ])("with %s is refused", (_, text) => {
    expect(() => readTag(text)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("made by hand for these tests is one that the parser reads", () => {
    const builder = createBuilder();
    builder.tag(builder.commit(builder.tree({ a: "" })));
    expect(parseTag(builder.objects.at(-1)?.content ?? new Uint8Array(), "sha1").name).toBe("v1");
  });
});
