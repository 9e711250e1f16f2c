import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommit, parseTag, toSignedBytes, type GitCommit, type SignatureVerdict } from "@windlass/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signByGpg, signBySsh, type SignedCase } from "./signed.test-support.ts";
import { parseTrust, verifyRevision, verifySignature, type TrustFiles } from "./verify-signature.ts";

/** What `signBySsh` and `signByGpg` once wrote. */
const kept = JSON.parse(readFileSync(join(import.meta.dirname, "testdata/signed.json"), "utf8")) as readonly SignedCase[];
const caseOf = (name: string): SignedCase => kept.find((each) => each.name === name) ?? expect.fail(`no case ${name}`);

const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;
const folder = mkdtempSync(join(tmpdir(), "wl-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const signedOf = ({ type, content }: SignedCase) => {
  const bytes = Buffer.from(content);
  if (type === "commit") {
    const { signature, committer } = parseCommit(bytes, "sha1");
    return { signature, at: committer.secondsUtc };
  }
  const { signature, tagger } = parseTag(bytes, "sha1");
  return { signature, at: tagger?.secondsUtc ?? 0 };
};

const verdictOf = async (signed: SignedCase, trust: TrustFiles = signed): Promise<SignatureVerdict> => {
  const { signature, at } = signedOf(signed);
  return verifySignature(signature, at, await parseTrust(trust));
};

const noon = Date.UTC(2024, 5, 1, 12) / 1000;
const bySsh = {
  status: "trusted",
  kind: "ssh",
  signer: "ann@example.com",
  atSecondsUtc: noon,
  key: expect.stringMatching(/^SHA256:.{43}$/),
};
const byGpg = (name: string) => ({
  status: "trusted",
  kind: "openpgp",
  signer: `${name} <${name}@example.com>`,
  key: expect.stringMatching(/^[0-9A-F]{40}$/),
  atSecondsUtc: expect.toSatisfy((at: number) => at >= noon && at < noon + 3600),
});

const expectations: Readonly<Record<string, unknown>> = {
  "ssh ed25519": bySsh,
  "ssh tag": bySsh,
  "ssh ecdsa-256": bySsh,
  "ssh ecdsa-384": bySsh,
  "ssh ecdsa-521": bySsh,
  "ssh rsa": bySsh,
  "ssh rsa-small": { status: "untrusted", reason: "forbidden-key", explanation: expect.stringContaining("less than 2048 bits") },
  "gpg ed25519": byGpg("ed25519"),
  "gpg rsa": byGpg("rsa"),
  "gpg tag": byGpg("tag"),
  "gpg expired-before": { status: "untrusted", reason: "expired-key" },
  "gpg expired-since": byGpg("expired-since"),
  "gpg revoked": { status: "untrusted", reason: "revoked-key" },
};

describe("a signature that Git once made is judged", () => {
  test.each(Object.entries(expectations))("%s", async (name, verdict) => {
    expect(await verdictOf(caseOf(name))).toMatchObject(verdict as object);
  });
});

describe.skipIf(!has("ssh-keygen"))("a signature that git and ssh-keygen make now (left out where they are missing)", () => {
  let cases: readonly SignedCase[] = [];
  beforeAll(async () => {
    cases = await signBySsh(join(folder, "ssh"));
  });

  test("is judged the same as the kept ones, for every type of key", async () => {
    expect(cases).toHaveLength(7);
    for (const each of cases) expect(await verdictOf(each), `case ${each.name}`).toMatchObject(expectations[each.name] as object);
  });
});

describe.skipIf(!has("gpg") || !has("gpgconf"))("a signature that git and gpg make now (left out where they are missing)", () => {
  let cases: readonly SignedCase[] = [];
  beforeAll(async () => {
    cases = await signByGpg(join(folder, "gpg"), join(folder, "h"));
  });

  test("is judged the same as the kept ones, for keys in every state", async () => {
    expect(cases).toHaveLength(6);
    for (const each of cases) expect(await verdictOf(each), `case ${each.name}`).toMatchObject(expectations[each.name] as object);
  });
});

describe("tampering", () => {
  test.each(["ssh ed25519", "ssh ecdsa-256", "ssh rsa", "gpg ed25519", "gpg rsa", "ssh tag", "gpg tag"])(
    "with any byte of the signed content is found: %s",
    async (name) => {
      const { signature, at } = signedOf(caseOf(name));
      const trust = await parseTrust(caseOf(name));
      const payload = signature?.payload ?? new Uint8Array();
      expect(payload.length).toBeGreaterThan(100);
      for (let index = 0; index < payload.length; index++) {
        const altered = Uint8Array.from(payload);
        altered[index] = (altered[index] ?? 0) ^ 1;
        const verdict = await verifySignature(signature && { ...signature, payload: altered }, at, trust);
        expect(verdict, `byte ${index}`).toMatchObject({ status: "untrusted", reason: "broken" });
      }
    },
    120_000,
  );

  test.each(["ssh ed25519", "ssh ecdsa-256", "ssh rsa", "gpg ed25519"])(
    "with the signature itself never makes it anybody else's, nor fails otherwise: %s",
    async (name) => {
      const { signature, at } = signedOf(caseOf(name));
      const trust = await parseTrust(caseOf(name));
      const whole = await verifySignature(signature, at, trust);
      const armored = signature?.armored ?? "";
      for (let index = 0; index < armored.length; index++) {
        const altered = armored.slice(0, index) + (armored[index] === "A" ? "B" : "A") + armored.slice(index + 1);
        const verdict = await verifySignature(signature && { ...signature, armored: altered }, at, trust);
        if (verdict.status === "trusted") expect(verdict).toEqual(whole);
        else expect(verdict.status).toBe("untrusted");
      }
    },
    120_000,
  );
});

describe("a sound signature counts for nothing", () => {
  test.each(["ssh ed25519", "gpg ed25519"])("when nobody has said whose key it is: %s", async (name) => {
    const others = { allowedSigners: caseOf("ssh rsa").allowedSigners ?? "", gpgKeys: caseOf("gpg rsa").gpgKeys ?? "" };
    expect(await verdictOf(caseOf(name), others)).toMatchObject({ status: "untrusted", reason: "unknown-key", key: expect.any(String) });
    expect(await verdictOf(caseOf(name), {})).toMatchObject({ status: "untrusted", reason: "unknown-key" });
  });

  test.each([
    ['valid-before="20240501"', "expired-key"],
    ['valid-after="20240701"', "not-yet-valid-key"],
    ['namespaces="file"', "forbidden-key"],
  ])("when the allowed signers restrict the key: %s", async (option, reason) => {
    const signed = caseOf("ssh ed25519");
    const allowedSigners = (signed.allowedSigners ?? "").replace(" ", ` ${option} `);
    expect(await verdictOf(signed, { allowedSigners })).toMatchObject({ status: "untrusted", reason });
  });

  test("when the SSH key is revoked", async () => {
    const signed = caseOf("ssh ed25519");
    const revokedSshKeys = (signed.allowedSigners ?? "").split(" ").slice(1).join(" ");
    expect(await verdictOf(signed, { ...signed, revokedSshKeys })).toMatchObject({ status: "untrusted", reason: "revoked-key" });
  });

  test("when it is of a kind that is not supported", async () => {
    const signature = { kind: "x509", armored: "-----BEGIN SIGNED MESSAGE-----\n", payload: new Uint8Array() } as const;
    expect(await verifySignature(signature, 0, await parseTrust({}))).toMatchObject({ status: "untrusted", reason: "unsupported" });
  });

  test.skipIf(!has("ssh-keygen"))("when ssh-keygen made it for something else than Git", async () => {
    const key = join(folder, "other");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    writeFileSync(join(folder, "payload"), "tree x\n");
    execFileSync("ssh-keygen", ["-Y", "sign", "-q", "-f", key, "-n", "file", join(folder, "payload")]);
    const armored = readFileSync(join(folder, "payload.sig"), "utf8");
    const trust = await parseTrust({ allowedSigners: `ann ${readFileSync(`${key}.pub`, "utf8")}` });
    const payload = Buffer.from("tree x\n");
    expect(await verifySignature({ kind: "ssh", armored, payload }, 0, trust)).toMatchObject({
      reason: "broken",
      explanation: expect.stringContaining("something else"),
    });
  });
});

test("trust files that cannot be read are errors, and not empty lists", async () => {
  await expect(parseTrust({ gpgKeys: "hello" })).rejects.toThrow(/GPG keys cannot be read/);
  await expect(parseTrust({ gpgKeys: caseOf("gpg rsa").gpgKeys?.replace(/[a-z]{5}/, "") ?? "" })).rejects.toThrow(
    /GPG keys cannot be read/,
  );
  await expect(parseTrust({ allowedSigners: "ann what ever" })).rejects.toThrow(/line 1 of the allowed signers/);
});

describe("a revision", () => {
  const commit = parseCommit(Buffer.from(caseOf("ssh ed25519").content), "sha1");
  const { signature: _, ...unsignedCommit } = commit;
  const plain: GitCommit = unsignedCommit;
  const tag = parseTag(Buffer.from(caseOf("ssh tag").content), "sha1");
  const { allowedSigners = "" } = caseOf("ssh tag");

  test("is trusted by its commit's or its tag's signature", async () => {
    const trust = await parseTrust({ allowedSigners });
    expect(await verifyRevision({ tags: [], commit }, trust)).toMatchObject({ object: "commit", verdict: { status: "trusted" } });
    expect(await verifyRevision({ tags: [tag], commit: plain, tagName: "v1.0.0" }, trust)).toMatchObject({
      object: "tag",
      verdict: { status: "trusted" },
    });
    expect(await verifyRevision({ tags: [], commit: plain }, trust)).toEqual({ object: "commit", verdict: { status: "unsigned" } });
  });

  test("is not trusted by a tag that was signed under another name: an old release cannot be given out as a new one", async () => {
    const verdict = await verifyRevision({ tags: [tag], commit: plain, tagName: "v2.0.0" }, await parseTrust({ allowedSigners }));
    expect(verdict).toMatchObject({
      object: "tag",
      verdict: { status: "untrusted", reason: "other-name", explanation: expect.stringMatching(/"v1.0.0".*"v2.0.0"/) },
    });
  });
});

describe("a security key", () => {
  const field = (bytes: Uint8Array | string): Buffer => {
    const content = Buffer.from(bytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, content]);
  };
  const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();
  const application = "ssh:";

  /** What the device does, by PROTOCOL.u2f. */
  const signAsDevice = (blob: Buffer, type: string, flags: number, signer: (bytes: Buffer) => Buffer, payload: string): string => {
    const messageHash = createHash("sha512").update(payload).digest();
    const trailer = Buffer.concat([Buffer.of(flags), Buffer.of(0, 0, 0, 7)]);
    const signed = toSignedBytes({ namespace: "git", hashAlgorithm: "sha512" }, messageHash);
    const signature = signer(Buffer.concat([sha256(application), trailer, sha256(signed)]));
    const inner = Buffer.concat([field(type), field(signature), trailer]);
    const whole = Buffer.concat([
      Buffer.from("SSHSIG"),
      Buffer.of(0, 0, 0, 1),
      field(blob),
      field("git"),
      field(""),
      field("sha512"),
      field(inner),
    ]);
    return `-----BEGIN SSH SIGNATURE-----\n${whole.toString("base64").replaceAll(/(.{70})/g, "$1\n")}\n-----END SSH SIGNATURE-----\n`;
  };
  const raw = (key: KeyObject, field: "x" | "y"): Buffer => Buffer.from(key.export({ format: "jwk" })[field] ?? "", "base64url");
  const integer = (bytes: Buffer): Buffer =>
    field((bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes.subarray(bytes.findIndex((b) => b !== 0)));

  const ed25519 = () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const type = "sk-ssh-ed25519@openssh.com";
    const blob = Buffer.concat([field(type), field(raw(publicKey, "x")), field(application)]);
    return { type, blob, signer: (bytes: Buffer): Buffer => sign(null, bytes, privateKey) };
  };
  const ecdsa = () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const type = "sk-ecdsa-sha2-nistp256@openssh.com";
    const point = Buffer.concat([Buffer.of(4), raw(publicKey, "x"), raw(publicKey, "y")]);
    const signer = (bytes: Buffer): Buffer => {
      const both = sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
      return Buffer.concat([integer(both.subarray(0, 32)), integer(both.subarray(32))]);
    };
    return { type, blob: Buffer.concat([field(type), field("nistp256"), field(point), field(application)]), signer };
  };

  test.skipIf(!has("ssh-keygen")).each([
    ["ed25519", ed25519],
    ["ecdsa", ecdsa],
  ])("of the type %s is believed when it was touched, as ssh-keygen believes it", async (_, create) => {
    const { type, blob, signer } = create();
    const payload = `tree ${randomBytes(8).toString("hex")}\n`;
    const line = `${type} ${blob.toString("base64")}`;
    const trust = await parseTrust({ allowedSigners: `ann ${line}` });
    const judge = (flags: number) =>
      verifySignature(
        { kind: "ssh", armored: signAsDevice(blob, type, flags, signer, payload), payload: Buffer.from(payload) },
        noon,
        trust,
      );
    expect(await judge(1)).toMatchObject({ status: "trusted", signer: "ann" });
    expect(await judge(0)).toMatchObject({ status: "untrusted", reason: "broken" });
    writeFileSync(join(folder, "signers"), `ann ${line}\n`);
    writeFileSync(join(folder, "sig"), signAsDevice(blob, type, 1, signer, payload));
    const { status } = spawnSync(
      "ssh-keygen",
      ["-Y", "verify", "-f", join(folder, "signers"), "-I", "ann", "-n", "git", "-s", join(folder, "sig")],
      { input: payload },
    );
    expect(status).toBe(0);
  });
});
