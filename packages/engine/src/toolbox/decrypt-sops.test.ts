import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureToolbox, ensureToolboxReference, runReference } from "@windlass/testbed/toolbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containing } from "./matchers.test-support.ts";
import { decryptSops, type SopsRequest } from "./decrypt-sops.ts";
import { createToolbox, type Toolbox } from "./toolbox.ts";

// The key pairs of sops's own tests: they protect nothing.
const recipient = "age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun";
const identity = "AGE-SECRET-KEY-1G0Q5K9TV4REQ3ZSQRMTMG8NSWQGYT0T7TZ33RAZEE0GZYVZN0APSU24RK7";
const otherIdentity = "AGE-SECRET-KEY-1432K5YRNSC44GC4986NXMX6GVZ52WTMT9C79CLUVWYY4DKDHD5JSNDP4MC";

let toolbox: Toolbox;
let reference: string;
let folder: string;

beforeAll(async () => {
  reference = await ensureToolboxReference();
  toolbox = createToolbox({ directory: await ensureToolbox(), role: "keys", size: 1 });
  folder = mkdtempSync(path.join(tmpdir(), "windlass-sops-"));
}, 900_000);

afterAll(async () => {
  await toolbox?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

type Format = SopsRequest["format"];

const encrypt = (clear: string | Uint8Array, format: Format, keyFlags: readonly string[] = ["--age", recipient], env = {}): string => {
  const file = path.join(folder, "clear");
  writeFileSync(file, clear);
  const run = runReference(
    reference,
    "sops",
    ["encrypt", ...keyFlags, "--input-type", format, "--output-type", format === "binary" ? "json" : format, file],
    env,
  );
  if (!run.ok) throw new Error(run.stderr);
  return run.stdout;
};

const decrypt = async (request: SopsRequest): Promise<string> => Buffer.from(await decryptSops(toolbox, request)).toString("utf8");

const clearTexts: Readonly<Record<Format, string>> = {
  yaml: "apiVersion: v1\nkind: Secret\nstringData:\n    password: hunter2 # a comment\n    number: 7\n---\nsecond: document\n",
  json: '{\n\t"a": {\n\t\t"b": "c"\n\t}\n}\n',
  dotenv: "A=1\nB=two words\n",
  ini: "[section]\nkey = value\n",
  binary: "any bytes\u0001\n",
};

describe("a file that sops encrypted", () => {
  test.each(Object.entries(clearTexts) as [Format, string][])("of format %s is what sops decrypt says", async (format, clear) => {
    const text = encrypt(clear, format);
    expect(text).not.toContain("hunter2");
    const file = path.join(folder, "encrypted");
    writeFileSync(file, text);
    const type = ["--input-type", format === "binary" ? "binary" : format, "--output-type", format];
    const theirs = runReference(reference, "sops", ["decrypt", ...type, file], { SOPS_AGE_KEY: identity });
    expect(theirs.stderr).toBe("");
    expect(await decrypt({ text, format, ageIdentities: [otherIdentity, identity] })).toBe(theirs.stdout);
  });

  test("is not opened by another key, and the message holds none", async () => {
    const attempt = decrypt({ text: encrypt("a: secret\n", "yaml"), format: "yaml", ageIdentities: [otherIdentity] });
    const error: unknown = await attempt.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "forbidden", message: containing(recipient) });
    expect(JSON.stringify(error) + String(error)).not.toContain("AGE-SECRET");
  });

  test("keeps no key for the next request", async () => {
    const text = encrypt("a: secret\n", "yaml");
    expect(await decrypt({ text, format: "yaml", ageIdentities: [identity] })).toBe("a: secret\n");
    await expect(decrypt({ text, format: "yaml" })).rejects.toMatchObject({
      code: "forbidden",
      message: containing("no age identity was given"),
    });
  });

  test("is refused when anything in it was changed, added, moved or taken away", async () => {
    const text = encrypt("a: one\nb: two\nplain_unencrypted: x\n", "yaml");
    const [a = "", b = ""] = text.split("\n");
    const tampered = [
      text.replace("plain_unencrypted: x", "plain_unencrypted: y"),
      text.replace(`${b}\n`, ""),
      text.replace(a, `${a}\nc: new`),
      text.replace(a, a.replace("a:", "z:")),
    ];
    for (const changed of tampered) {
      expect(changed).not.toBe(text);
      await expect(decrypt({ text: changed, format: "yaml", ageIdentities: [identity] })).rejects.toMatchObject({ code: "invalid" });
    }
  });

  test("must be one", async () => {
    await expect(decrypt({ text: "a: b\n", format: "yaml", ageIdentities: [identity] })).rejects.toMatchObject({
      code: "invalid",
      message: containing("no encrypted yaml file"),
    });
  });
});

describe.skipIf(spawnSync("gpg", ["--version"]).status !== 0)("a file encrypted for a PGP key (needs gpg to make one)", () => {
  test("is opened with the private key in memory", async () => {
    const home = mkdtempSync(path.join(tmpdir(), "wl-gpg-"));
    const gpg = (...args: string[]): string => {
      const run = spawnSync("gpg", ["--homedir", home, "--batch", "--passphrase", "", ...args], { encoding: "utf8" });
      if (run.status !== 0) throw new Error(run.stderr);
      return run.stdout;
    };
    try {
      gpg("--quick-gen-key", "windlass test", "default", "default", "never");
      const fingerprint = /^fpr:+(\w+):/mu.exec(gpg("--list-keys", "--with-colons"))?.[1] ?? "";
      const text = encrypt("a: secret\n", "yaml", ["--pgp", fingerprint], { GNUPGHOME: home });
      const pgpKeys = [gpg("--export-secret-keys", "--armor", fingerprint)];
      expect(await decrypt({ text, format: "yaml", pgpKeys })).toBe("a: secret\n");
      await expect(decrypt({ text, format: "yaml" })).rejects.toMatchObject({
        code: "forbidden",
        message: containing("no PGP key was given"),
      });
    } finally {
      spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
      rmSync(home, { recursive: true, force: true });
    }
  });
});
