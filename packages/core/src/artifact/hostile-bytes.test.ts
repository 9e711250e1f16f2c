import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WindlassError } from "../error.ts";
import { parseAllowedSigners, parseRevokedKeys } from "./allowed-signers.ts";
import { createBuilder, hash, packShop } from "./artifact.test-support.ts";
import { decodeArtifact } from "./artifact-format.ts";
import { parseCommit, parseTag } from "./commit.ts";
import { parsePath } from "./file-list.ts";
import { parseSshPublicKey, parseSshSignature } from "./sshsig.ts";
import { parseTree } from "./tree.ts";

const builder = createBuilder();
const commit = builder.commit(builder.tree({ "a.yaml": "a", sub: { b: "b" } }));
builder.tag(commit);
const contents = builder.objects.map(({ content }) => content);
const { bytes: artifact } = packShop({ "a.yaml": "a" });
const signature = `-----BEGIN SSH SIGNATURE-----\n${Buffer.from("SSHSIG\0\0\0\u0001\0\0\0\u0004abcd").toString("base64")}\n-----END SSH SIGNATURE-----\n`;

/** Bytes that nobody chose, and sound ones with a few of them changed: those get further in. */
const bytesNear = (sound: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.constantFrom(...sound), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), fc.nat())
      .map(([base, changes, cut]) => {
        const bytes = Uint8Array.from(base);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
      }),
  );

const textNear = (sound: readonly string[]): fc.Arbitrary<string> =>
  bytesNear(sound.map((text) => Buffer.from(text))).map((bytes) => Buffer.from(bytes).toString("latin1"));

const line = 'ann@example.com valid-before="20260101" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n';

test.each<readonly [string, fc.Arbitrary<unknown>, (input: never) => unknown]>([
  ["a tree", bytesNear(contents), (bytes: Uint8Array) => parseTree(bytes, "sha1")],
  ["a commit", bytesNear(contents), (bytes: Uint8Array) => parseCommit(bytes, "sha1")],
  ["a tag", bytesNear(contents), (bytes: Uint8Array) => parseTag(bytes, "sha1")],
  ["an artifact", bytesNear([artifact]), (bytes: Uint8Array) => decodeArtifact(bytes, hash)],
  ["a path", textNear(["apps/shop", "../..", "a//b"]), (text: string) => parsePath(text)],
  ["an SSH key", bytesNear([Buffer.from("\0\0\0\u0004type\0\0\0\u0001x", "latin1")]), (bytes: Uint8Array) => parseSshPublicKey(bytes)],
  ["an SSH signature", textNear([signature]), (text: string) => parseSshSignature(text)],
  ["allowed signers", textNear([line]), (text: string) => parseAllowedSigners(text)],
  ["revoked keys", textNear([line.split(" ").slice(2).join(" ")]), (text: string) => parseRevokedKeys(text)],
])("%s of any bytes is read or refused as invalid, and nothing else ever happens", (_, input, parse) => {
  fc.assert(
    fc.property(input, (value) => {
      try {
        parse(value as never);
      } catch (error) {
        expect(error).toBeInstanceOf(WindlassError);
        expect((error as WindlassError).code).toBe("invalid");
      }
    }),
    { numRuns: 2000 },
  );
});
