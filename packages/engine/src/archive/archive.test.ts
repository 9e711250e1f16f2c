import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultArchiveLimits } from "./limits.ts";
import { unpackTarGz } from "./unpack.ts";
import { packTarGz, writeTar } from "./write-tar.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "windlass-archive-"));
});

afterAll(() => rmSync(root, { recursive: true }));

interface RawEntry {
  readonly path: string;
  readonly kind?: string;
  readonly content?: string;
  /** What the header claims. */
  readonly size?: number;
}

/** An entry as nobody's tar would write it. */
const rawEntry = ({ path, kind = "0", content = "", size = content.length }: RawEntry): Buffer => {
  const block = Buffer.alloc(512);
  block.write(path, 0, 100, "latin1");
  block.write("0000644\0", 100, "latin1");
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  block.write("        ", 148, "latin1");
  block.write(kind, 156, "latin1");
  block.write("target", 157, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
    "latin1",
  );
  return Buffer.concat([block, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
};

const raw = (...entries: readonly RawEntry[]): Buffer => gzipSync(Buffer.concat([...entries.map(rawEntry), Buffer.alloc(1024)]));

const unpack = (packed: Uint8Array, limits = {}) =>
  unpackTarGz(packed, { name: "the archive", limits: { ...defaultArchiveLimits, ...limits } });

const textsOf = (files: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...files].map(([path, content]) => [path, Buffer.from(content).toString("utf8")]));

describe("an archive is refused that holds", () => {
  test.each<readonly [string, readonly RawEntry[], string]>([
    ["a path out of it", [{ path: "chart/../../etc/passwd" }], 'the path "chart/../../etc/passwd" leads out of the archive'],
    ["a path out of it by the other slash", [{ path: String.raw`chart\..\..\passwd` }], "leads out of the archive"],
    ["an absolute path", [{ path: "/etc/passwd" }], "leads to an absolute path"],
    ["an absolute path of Windows", [{ path: "C:/Windows/system.ini" }], "leads to an absolute path"],
    ["a symbolic link", [{ path: "chart/link", kind: "2" }], '"chart/link" is a symbolic link'],
    ["a hard link", [{ path: "chart/link", kind: "1" }], '"chart/link" is a hard link'],
    ["a character device", [{ path: "chart/null", kind: "3" }], '"chart/null" is a character device'],
    ["a block device", [{ path: "chart/sda", kind: "4" }], '"chart/sda" is a block device'],
    ["a named pipe", [{ path: "chart/pipe", kind: "6" }], '"chart/pipe" is a named pipe'],
    ["a kind nobody knows", [{ path: "chart/x", kind: "Z" }], '"chart/x" is of an unknown kind'],
    ["the same file twice", [{ path: "a.yaml" }, { path: "./a.yaml" }], '"a.yaml" stands in it twice'],
    ["a file that is a folder too", [{ path: "a" }, { path: "a/b.yaml" }], '"a" is a file and a folder'],
    ["a folder that is a file too", [{ path: "a/b.yaml" }, { path: "a" }], '"a" stands in it twice'],
    ["a control character in a path", [{ path: "a\u001b[2J" }], "holds a control character"],
    [
      "a path out of it in an extended header",
      [{ path: "pax", kind: "x", content: "16 path=../../x\n" }, { path: "a" }],
      "leads out of the archive",
    ],
    ["a path for all entries", [{ path: "pax", kind: "g", content: "10 path=x\n" }, { path: "a" }], "one header changes the path"],
    ["a sparse file", [{ path: "pax", kind: "x", content: "22 GNU.sparse.major=1\n" }, { path: "a" }], "a sparse file"],
    [
      "an extended header that lies about its length",
      [{ path: "pax", kind: "x", content: "99 path=x\n" }, { path: "a" }],
      "cannot be read",
    ],
    ["an entry that is longer than the archive", [{ path: "a", size: 1_000_000 }], "ends in the middle of an entry"],
  ])("%s", async (_, entries, why) => {
    await expect(unpack(raw(...entries))).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/^the archive is refused: /),
    });
    await expect(unpack(raw(...entries))).rejects.toThrow(why);
  });
});

describe("an archive is refused that", () => {
  test("unpacks to two hundred times its size: a bomb is stopped and never held in memory", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
    await expect(unpack(bomb)).rejects.toThrow(/unpacks to more than 16777216 bytes/);
  });

  test("unpacks to more than the limit", async () => {
    await expect(unpack(raw({ path: "a", content: "x".repeat(5000) }), { unpackedBytesMax: 4096 })).rejects.toThrow(
      "unpacks to more than 4096 bytes",
    );
  });

  test("is larger than the limit, before anything of it is read", async () => {
    await expect(unpack(Buffer.alloc(2000), { packedBytesMax: 1000 })).rejects.toThrow("larger than 1000 bytes");
  });

  test("holds more entries than the limit, folders and headers included", async () => {
    const entries = Array.from({ length: 11 }, (_, index) => ({ path: `folder-${index}/`, kind: "5" }));
    await expect(unpack(raw(...entries), { entriesMax: 10 })).rejects.toThrow("more than 10 entries");
  });

  test("has a path that is too long", async () => {
    const path = `${"d/".repeat(600)}x`;
    await expect(unpack(packTarGz(new Map([[path, Buffer.from("")]])))).rejects.toThrow("longer than 1024 bytes");
  });

  test("has a header that was changed on the way", async () => {
    const archive = Buffer.from(gunzipSync(raw({ path: "a" })));
    archive[0] = 0x62;
    await expect(unpack(gzipSync(archive))).rejects.toThrow("check sum of a header");
  });

  test("is no gzip, or is cut short", async () => {
    await expect(unpack(Buffer.from("PK\u0003\u0004"))).rejects.toThrow("no gzip archive");
    await expect(unpack(raw({ path: "a", content: "abc" }).subarray(0, 40))).rejects.toThrow("no gzip archive, or it is damaged");
  });
});

describe("GNU tar and we agree", () => {
  const files: Readonly<Record<string, string>> = {
    "chart/Chart.yaml": "name: web\n",
    [`chart/${"long/".repeat(40)}name.yaml`]: "long: true\n",
    [`chart/${"n".repeat(200)}.yaml`]: "name: long\n",
    "chart/größe.yaml": "a: ü\n",
    "chart/empty": "",
  };

  test.each(["gnu", "posix", "ustar"] as const)("on archives of its format %s", async (format) => {
    const folder = mkdtempSync(join(root, "in-"));
    const wanted = Object.entries(files).filter(([path]) => format !== "ustar" || path.split("/").every((part) => part.length <= 100));
    for (const [path, content] of wanted) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const packed = execFileSync("tar", ["--create", "--gzip", `--format=${format}`, "--directory", folder, "chart"]);
    expect(textsOf(await unpack(packed))).toEqual(Object.fromEntries(wanted));
  });

  test("on archives of ours, byte by byte", () => {
    const packed = packTarGz(new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])));
    const folder = mkdtempSync(join(root, "out-"));
    execFileSync("tar", ["--extract", "--gzip", "--directory", folder], { input: packed });
    for (const [path, content] of Object.entries(files)) expect(execFileSync("cat", [join(folder, path)]).toString()).toBe(content);
  });

  test("that a link is a link", async () => {
    const folder = mkdtempSync(join(root, "link-"));
    symlinkSync("/etc/passwd", join(folder, "values.yaml"));
    await expect(unpack(execFileSync("tar", ["-cz", "-C", folder, "values.yaml"]))).rejects.toThrow('"values.yaml" is a symbolic link');
  });
});

test("what is packed comes out of the archive as it went in, whatever the files are called", async () => {
  const name = fc.stringMatching(/^[a-zé0-9][a-zé0-9. -]{0,60}$/);
  const paths = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 5 }), { maxLength: 8, selector: (parts) => parts[0] });
  await fc.assert(
    fc.asyncProperty(paths, fc.uint8Array({ maxLength: 2000 }), async (all, content) => {
      const files = new Map(all.map((parts) => [parts.join("/"), content]));
      const sorted = [...files.keys()].toSorted();
      expect([...(await unpack(packTarGz(files)))]).toEqual(sorted.map((path) => [path, Buffer.from(content)]));
    }),
    { numRuns: 60 },
  );
});

test("the same files pack to the same bytes in any order", () => {
  const files = [
    ["b.yaml", Buffer.from("b")],
    ["a.yaml", Buffer.from("a")],
  ] as const;
  expect(packTarGz(new Map(files))).toEqual(packTarGz(new Map(files.toReversed())));
  // Pinned: another version of the packer must not change the digest of what is packed already.
  expect(Buffer.from(packTarGz(new Map(files))).toString("base64")).toMatchInlineSnapshot(
    `"H4sIAAAAAAACA0vUq0zMzWGgKTAAAjMTEzANBOg0EBgisUHi5gYmBgwKBrR1FgSUFpckFgGtpIddgxAkjlB/jwIISBqs+d9wNP/TJf5Hs8AoGAWjYBSMSAAA4OBfOAAMAAA="`,
  );
  expect(writeTar(new Map(files)).length).toBe(3072);
});
