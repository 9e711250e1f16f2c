import { describe, expect, test } from "vitest";
import { parseAllowedSigners, parseRevokedKeys } from "./allowed-signers.ts";
import { encodeUtf8, concatBytes } from "./bytes.ts";
import { decideSigner } from "./signer.ts";
import { parseSshPublicKey } from "./sshsig.ts";

const field = (bytes: Uint8Array): Uint8Array => concatBytes([Uint8Array.of(0, 0, 0, bytes.length), bytes]);
const keyOf = (seed: number) => {
  const blob = concatBytes([field(encodeUtf8("ssh-ed25519")), field(new Uint8Array(32).fill(seed))]);
  return { key: parseSshPublicKey(blob), line: `ssh-ed25519 ${Buffer.from(blob).toString("base64")}` };
};
const ann = keyOf(1);
const eve = keyOf(2);
const noon = Date.UTC(2026, 0, 1, 12) / 1000;

const decide = (signers: string, at = noon, revoked = "", key = ann.key) =>
  decideSigner({ key, namespace: "git", atSecondsUtc: at }, { allowed: parseAllowedSigners(signers), revoked: parseRevokedKeys(revoked) });

describe("a signer", () => {
  test("is whoever the allowed signers say the key belongs to", () => {
    expect(decide(`# people\n\n  ann@example.com,release ${ann.line} laptop\neve ${eve.line}\n`)).toEqual({
      signer: "ann@example.com,release",
    });
  });

  test("is nobody when the key is not listed, or revoked, also where a line allows it", () => {
    expect(decide(`eve ${eve.line}`)).toMatchObject({ reason: "unknown-key" });
    expect(decide("")).toMatchObject({ reason: "unknown-key" });
    expect(decide(`ann ${ann.line}`, noon, `# stolen\n${ann.line} laptop\n`)).toMatchObject({ reason: "revoked-key" });
  });

  test.each([
    ['valid-after="20260101"', undefined],
    ['valid-after="20260102"', "not-yet-valid-key"],
    ['valid-after="202601011200Z"', undefined],
    ['valid-after="20260101120001"', "not-yet-valid-key"],
    ['valid-before="20260101120000Z"', undefined],
    ['valid-before="20260101115959Z"', "expired-key"],
    ['valid-after="20250101",valid-before="20260201"', undefined],
    ['namespaces="git"', undefined],
    ['namespaces="file,g*"', undefined],
    ['namespaces="?it"', undefined],
    ['namespaces="file"', "forbidden-key"],
    ['namespaces="gi"', "forbidden-key"],
    ['namespaces=""', "forbidden-key"],
    ['NAMESPACES="git",Valid-Before=20260102', undefined],
  ])("with %s is decided as ssh-keygen decides it", (options, reason) => {
    expect(decide(`ann ${options} ${ann.line}`)).toMatchObject(reason === undefined ? { signer: "ann" } : { reason });
  });

  test("is allowed when one of several lines of the key allows it", () => {
    expect(decide(`ann valid-before="20200101" ${ann.line}\nann ${ann.line}`)).toEqual({ signer: "ann" });
  });
});

describe("a line of the allowed signers that is not understood is an error with its number, since skipping a restriction would allow too much", () => {
  test.each([
    `ann cert-authority ${ann.line}`,
    `ann verify-required ${ann.line}`,
    `ann valid-before="soon" ${ann.line}`,
    `ann valid-before="20261301" ${ann.line}`,
    `ann namespaces="git",namespaces="file" ${ann.line}`,
    `* ${ann.line}`,
    `*@example.com,!eve ${ann.line}`,
    "ann ssh-ed25519 AAAA",
    "ann ssh-ed25519",
    `ann ssh-rsa ${ann.line.split(" ")[1]}`,
    ann.line,
    "ann",
  ])("%s", (line) => {
    expect(() => parseAllowedSigners(`# first\n${line}`)).toThrow(/line 2 of the allowed signers|SSH key or signature/);
  });

  test("and so is a revocation list in the binary form", () => {
    expect(() => parseRevokedKeys("SSHKRL\n\0\0\u0001")).toThrow(/line 1 of the revoked keys .*binary KRL/);
  });
});
