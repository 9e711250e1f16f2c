import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBuilder, encodeTree, hash, pack, packShop, type Folder } from "./artifact.test-support.ts";
import { encodeArtifact, decodeArtifact, digestArtifact } from "./artifact-format.ts";
import { concatBytes, encodeUtf8 } from "./bytes.ts";
import { verifyArtifact } from "./verify-artifact.ts";

const shop: Folder = {
  "deploy.yaml": "kind: Deployment\n",
  sub: { "service.yaml": "kind: Service\n" },
  empty: {},
  "same.yaml": "kind: Service\n",
};
const limits = { filesMax: 1000, depthMax: 8 };

const textOf = (content: Uint8Array): string => Buffer.from(content).toString();

describe.each(["sha1", "sha256"] as const)("an artifact of a %s repository", (format) => {
  const { root, path, bytes } = packShop(shop, format);

  test("gives the files of the folder, and who committed them", () => {
    const artifact = verifyArtifact(bytes, { root, path }, hash);
    expect(artifact.files.map((file) => [file.path, textOf(file.content)])).toEqual([
      ["deploy.yaml", "kind: Deployment\n"],
      ["same.yaml", "kind: Service\n"],
      ["sub/service.yaml", "kind: Service\n"],
    ]);
    expect(artifact).toMatchObject({ root, commitHash: root, path, tags: [] });
    expect(artifact.commit.committer).toEqual({ name: "C", email: "c@d.e", secondsUtc: 1_700_000_001, offset: "-0200" });
  });

  test("is refused when any bit of it is flipped", () => {
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const altered = Uint8Array.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ (1 << bit);
        expect(() => verifyArtifact(altered, { root, path }, hash), `byte ${at} bit ${bit}`).toThrow(
          expect.objectContaining({ code: "invalid" }),
        );
      }
    }
  });

  test("is refused when it is cut off anywhere, or goes on", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => verifyArtifact(bytes.subarray(0, length), { root, path }, hash), `${length}`).toThrow(/artifact refused/);
    for (const extra of ["\0", "\n", "blob 0\0"])
      expect(() => verifyArtifact(concatBytes([bytes, encodeUtf8(extra)]), { root, path }, hash)).toThrow(/artifact refused/);
  });
});

test("any change of any bytes is refused: inserted, removed, replaced, moved", () => {
  const { root, path, bytes } = packShop(shop);
  const position = fc.nat({ max: bytes.length });
  fc.assert(
    fc.property(position, position, fc.uint8Array({ maxLength: 40 }), (a, b, middle) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const altered = concatBytes([bytes.subarray(0, from), middle, bytes.subarray(to)]);
      fc.pre(Buffer.compare(altered, bytes) !== 0);
      expect(() => verifyArtifact(altered, { root, path }, hash)).toThrow(expect.objectContaining({ code: "invalid" }));
    }),
    { numRuns: 2000 },
  );
});

test("what is packed comes out again, whatever the files are, and the same content has the same bytes in any order", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 8 }), fc.nat(), (files, turn) => {
      const builder = createBuilder();
      const root = builder.commit(builder.tree(files));
      const bytes = pack(builder, { root, path: "" });
      const { files: out } = verifyArtifact(bytes, { root, path: "" }, hash);
      expect(Object.fromEntries(out.map(({ path, content }) => [path, textOf(content)]))).toEqual({ ...files });
      const cut = turn % builder.objects.length;
      const turned = [...builder.objects.slice(cut), ...builder.objects.slice(0, cut)];
      expect(digestArtifact(encodeArtifact({ format: "sha1", root, path: "" }, turned, hash), hash)).toBe(digestArtifact(bytes, hash));
    }),
    { numRuns: 100 },
  );
});

describe("an artifact is refused", () => {
  const { root, path, bytes } = packShop(shop);
  const { objects } = decodeArtifact(bytes, hash);
  const opening =
    (altered: Uint8Array, expected = { root, path }) =>
    () =>
      verifyArtifact(altered, expected, hash, limits);

  test("when one object is missing", () => {
    for (const object of objects)
      expect(
        opening(
          encodeArtifact(
            { format: "sha1", root, path },
            objects.filter((other) => other !== object),
            hash,
          ),
        ),
      ).toThrow(/artifact refused/);
  });

  test("when it holds an object that nothing leads to", () => {
    const extra = { type: "blob", content: encodeUtf8("smuggled") } as const;
    expect(opening(encodeArtifact({ format: "sha1", root, path }, [...objects, extra], hash))).toThrow(/which nothing in it leads to/);
  });

  test("when its objects stand in another order, or one stands twice", () => {
    const [first] = objects;
    const head = bytes.indexOf(0x0a, Buffer.from(bytes).indexOf("\n\n")) + 1;
    const frame = encodeUtf8(`${first?.type} ${first?.content.length}\0`);
    const length = frame.length + (first?.content.length ?? 0);
    const firstBytes = bytes.subarray(head + 1, head + 1 + length);
    const rest = bytes.subarray(head + 1 + length);
    expect(opening(concatBytes([bytes.subarray(0, head + 1), rest, firstBytes]))).toThrow(/not in ascending order/);
    expect(opening(concatBytes([bytes.subarray(0, head + 1), firstBytes, firstBytes, rest]))).toThrow(/not in ascending order/);
  });

  test("when it is that of another commit, or of another folder", () => {
    const other = packShop({ "deploy.yaml": "kind: Job\n" });
    expect(opening(other.bytes)).toThrow(/it holds [0-9a-f]{40}, not/);
    expect(opening(bytes, { root, path: "apps/cart" })).toThrow(/it holds the folder "apps\/shop", not "apps\/cart"/);
  });

  test("when the subtree of another commit stands in the place of its own", () => {
    const other = decodeArtifact(packShop({ "deploy.yaml": "kind: Job\n" }).bytes, hash).objects;
    const swapped = [...objects.filter(({ type }) => type === "commit"), ...other.filter(({ type }) => type !== "commit")];
    expect(opening(encodeArtifact({ format: "sha1", root, path }, swapped, hash))).toThrow(/is missing, or was altered/);
  });

  test("when a header in front claims another format, path or count", () => {
    for (const [from, to] of [
      ["format sha1", "format sha256"],
      ["objects ", "objects 0"],
      ["windlass-artifact 1", "windlass-artifact 2"],
    ])
      expect(
        opening(
          Buffer.from(
            Buffer.from(bytes)
              .toString("latin1")
              .replace(from ?? "", to ?? ""),
            "latin1",
          ),
        ),
      ).toThrow(/artifact refused/);
  });
});

describe("hostile trees are bounded", () => {
  const openingTree =
    (build: (builder: ReturnType<typeof createBuilder>) => string, bounds = limits) =>
    () => {
      const builder = createBuilder();
      const root = builder.commit(build(builder));
      return verifyArtifact(pack(builder, { root, path: "" }), { root, path: "" }, hash, bounds);
    };

  test("a tree that names itself a billion times over is refused at once", () => {
    expect(
      openingTree((builder) => {
        let tree = builder.tree({ a: "" });
        for (let level = 0; level < 7; level++)
          tree = builder.add(
            "tree",
            encodeTree(
              Array.from({ length: 50 }, (_, i) => ({ name: `d${i}`.padStart(4, "0"), mode: "40000", hash: tree })).toSorted((a, b) =>
                a.name < b.name ? -1 : 1,
              ),
            ),
          );
        return tree;
      }),
    ).toThrow(/more than 1000 files and folders/);
  });

  test("folders nest only so deep", () => {
    expect(
      openingTree((builder) =>
        Array.from({ length: 9 }).reduce((tree: string) => builder.tree({ d: { mode: "40000", hash: tree } }), builder.tree({ f: "" })),
      ),
    ).toThrow(/nest deeper than 8/);
  });

  test.each([
    ["..", /leaves its folder/],
    [".", /leaves its folder/],
    ["a/b", /holds a slash/],
    ["/etc", /holds a slash/],
    ["", /is empty/],
    [".git", /kept for Git/],
    [".GiT", /kept for Git/],
    [".git. .", /kept for Git/],
    ["git~1", /kept for Git/],
    [".g\u{200d}it", /kept for Git/],
    [".git::$INDEX_ALLOCATION", /kept for Git/],
    ["a\nb", /control character/],
    ["\u{1b}[2J", /control character/],
    ["x".repeat(256), /longer than 255/],
  ])("the name %j is not followed", (name, says) => {
    expect(openingTree((builder) => builder.add("tree", encodeTree([{ name, mode: "100644", hash: builder.add("blob", "x") }])))).toThrow(
      says,
    );
  });

  test("names out of order, or twice, are refused, since readers would not agree on them", () => {
    expect(
      openingTree((builder) =>
        builder.add("tree", encodeTree(["b", "a"].map((name) => ({ name, mode: "100644", hash: builder.add("blob", "x") })))),
      ),
    ).toThrow(/out of order/);
    expect(
      openingTree((builder) =>
        builder.add(
          "tree",
          encodeTree([
            { name: "a", mode: "100644", hash: builder.add("blob", "x") },
            { name: "a", mode: "40000", hash: builder.tree({}) },
          ]),
        ),
      ),
    ).toThrow(/"a" twice/);
  });

  test("a name that nobody may follow elsewhere in the repository harms nobody", () => {
    const builder = createBuilder();
    const apps = builder.tree({ shop: { "a.yaml": "kind: A\n" } });
    const root = builder.commit(
      builder.add(
        "tree",
        encodeTree([
          { name: "..", mode: "40000", hash: apps },
          { name: "apps", mode: "40000", hash: apps },
        ]),
      ),
    );
    expect(verifyArtifact(pack(builder, { root, path: "apps/shop" }), { root, path: "apps/shop" }, hash).files).toHaveLength(1);
  });

  test.each([
    ["/etc/passwd", /absolute path/],
    ["../../secret.yaml", /leads out of the folder/],
    ["missing.yaml", /which does not exist/],
    ["l", /leads in a circle/],
    ["..", /leads out of the folder/],
    ["x".repeat(4097), /does not hold a path/],
  ])("a symbolic link to %j is refused", (target, says) => {
    expect(openingTree((builder) => builder.tree({ l: builder.link(target), "a.yaml": "a" }))).toThrow(says);
  });

  test("a symbolic link inside the folder gives the file that it leads to", () => {
    const builder = createBuilder();
    const root = builder.commit(
      builder.tree({ base: { "a.yaml": "kind: A\n" }, over: builder.link("base"), "b.yaml": builder.link("over/../base/./a.yaml") }),
    );
    const { files } = verifyArtifact(pack(builder, { root, path: "" }), { root, path: "" }, hash);
    expect(files.map(({ path, content }) => [path, textOf(content)])).toEqual([
      ["b.yaml", "kind: A\n"],
      ["base/a.yaml", "kind: A\n"],
      ["over/a.yaml", "kind: A\n"],
    ]);
  });

  test("links to folders of links to folders end within the limit, and quickly", () => {
    const started = performance.now();
    expect(
      openingTree(
        (builder) => {
          const folders: Record<string, Folder> = { d00: { f: "x" } };
          for (let level = 1; level < 30; level++)
            folders[`d${String(level).padStart(2, "0")}`] = Object.fromEntries(
              ["a", "b", "c"].map((name) => [name, builder.link(`../d${String(level - 1).padStart(2, "0")}`)]),
            );
          return builder.tree(folders);
        },
        { filesMax: 100_000, depthMax: 64 },
      ),
    ).toThrow(/lead to more than 100000 files/);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("a submodule is a folder with the files of the commit that it is pinned to", () => {
    const builder = createBuilder();
    const pinned = builder.commit(builder.tree({ "lib.yaml": "kind: Lib\n" }));
    const root = builder.commit(builder.tree({ vendor: { mode: "160000", hash: pinned }, "a.yaml": "kind: A\n" }));
    const { files } = verifyArtifact(pack(builder, { root, path: "" }), { root, path: "" }, hash);
    expect(files.map(({ path }) => path)).toEqual(["a.yaml", "vendor/lib.yaml"]);
  });
});

test("the artifact of a tag holds the tag, and leads to the commit", () => {
  const builder = createBuilder();
  const commit = builder.commit(builder.tree({ "a.yaml": "kind: A\n" }));
  const root = builder.tag(builder.tag(commit), "tag");
  const artifact = verifyArtifact(pack(builder, { root, path: "" }), { root, path: "" }, hash);
  expect(artifact).toMatchObject({ root, commitHash: commit, tags: [{ targetType: "tag" }, { target: commit, name: "v1" }] });
});

test("a tag that says its commit is something else is refused", () => {
  const builder = createBuilder();
  const root = builder.tag(builder.commit(builder.tree({ a: "" })), "tree");
  expect(() => verifyArtifact(pack(builder, { root, path: "" }), { root, path: "" }, hash)).toThrow(/artifact refused/);
});
