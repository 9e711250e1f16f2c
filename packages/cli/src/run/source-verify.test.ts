import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createArtifact, openRepository } from "@windlass/engine";
import { createSshKey, startGitServer, type GitServer } from "@windlass/testbed";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = await mkdtemp(join(tmpdir(), "windlass-verify-"));
const main = join(import.meta.dirname, "../main.ts");
let server: GitServer;
let url = "";
let signers = "";
let key = "";

beforeAll(async () => {
  server = await startGitServer(folder);
  url = await server.createRepository("app");
  await server.commit("app", { "apps/shop/a.yaml": "kind: A\n", "apps/other/o.yaml": "kind: O\n" }, "first\n\nbody");
  await server.push("app", "main:refs/heads/unsigned");
  const { publicKey } = await createSshKey(folder, "ann");
  key = publicKey;
  signers = join(folder, "signers");
  await writeFile(signers, `ann@example.com ${publicKey}\n`);
  const config = ["-c", "gpg.format=ssh", "-c", `user.signingkey=${join(folder, "ann")}`];
  await server.git("app", [...config, "commit", "--quiet", "--allow-empty", "-S", "-m", "signed \u001b[2J"]);
  await server.git("app", [...config, "tag", "-s", "-m", "release", "v1.0.0", "HEAD~1"]);
  // What a host that was broken into could do: an old, signed tag under a new name.
  await server.push("app", "main", "v1.0.0", "refs/tags/v1.0.0:refs/tags/v2.0.0");
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = async (...args: readonly string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> => {
  const env = { PATH: process.env["PATH"], HOME: join(folder, "home") };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, "source", "verify", ...args], { env, cwd: folder });
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
};

describe("windlass source verify", () => {
  test("says what a folder holds and who signed it, and is content with a signer who is allowed", async () => {
    const { status, out, err } = await run(url, "--path", "apps/shop", "--allowed-signers", signers);
    expect(err).toBe("");
    expect(out).toMatch(/^revision {3}main@sha1:[0-9a-f]{40}$/m);
    expect(out).toMatch(/^author {5}Demo <demo@example.com>, \d{4}-/m);
    expect(out).toMatch(/^artifact {3}sha256:[0-9a-f]{64} \(\d+ bytes, 1 files\)$/m);
    expect(out).toMatch(/^signature {2}trusted: the commit was signed by ann@example\.com \(ssh key SHA256:\S{43}\), \d{4}-/m);
    expect(out).not.toContain("\u001b");
    expect(status).toBe(0);
  });

  test("answers no with exit status 1 for what is not signed, or by nobody who is allowed", async () => {
    const unsigned = await run(url, "--ref", "unsigned", "--allowed-signers", signers);
    expect(unsigned).toMatchObject({
      status: 1,
      err: "",
      out: expect.stringContaining("signature  none: neither the commit nor a tag is signed"),
    });
    const nobody = await run(url);
    expect(nobody).toMatchObject({
      status: 1,
      out: expect.stringContaining("not trusted: the commit's signature was made by a key that is not in the allowed signers"),
    });
    await writeFile(join(folder, "revoked"), `${key}\n`);
    const revoked = await run(url, "--allowed-signers", signers, "--revoked-keys", join(folder, "revoked"));
    expect(revoked).toMatchObject({ status: 1, out: expect.stringContaining("made by a key that is revoked") });
  });

  test("believes a signed tag under its own name only", async () => {
    const own = await run(url, "--ref", "v1.0.0", "--allowed-signers", signers, "-o", "json");
    expect(own.status).toBe(0);
    expect(JSON.parse(own.out)).toMatchObject({
      signature: { object: "tag", status: "trusted", signer: "ann@example.com" },
      message: "first\n\nbody\n",
    });
    const renamed = await run(url, "--ref", "semver:>=1", "--allowed-signers", signers);
    expect(renamed).toMatchObject({ status: 1, out: expect.stringContaining('is that of the tag "v1.0.0", not of "v2.0.0"') });
  });

  test("takes a repository on this disk, by its work tree or bare", async () => {
    for (const path of ["work/app", join(folder, "served/app.git")]) {
      const { status, out, err } = await run(path, "--allowed-signers", signers, "-o", "json");
      expect({ status, err }).toEqual({ status: 0, err: "" });
      expect(JSON.parse(out)).toMatchObject({ artifact: { files: 2 }, path: "" });
    }
  });

  test("accepts the artifact of the revision, and refuses it with one byte altered", async () => {
    const repository = openRepository({ url, cacheFolder: join(folder, "cache"), allow: ["http"] });
    const { bytes } = await createArtifact(repository, await repository.fetchRevision("main"), "apps/shop");
    repository.close();
    const file = join(folder, "shop.artifact");
    await writeFile(file, bytes);
    expect((await run(url, "--path", "apps/shop", "--artifact", file, "--allowed-signers", signers)).status).toBe(0);
    const altered = Buffer.from(bytes);
    altered[altered.length - 2] = (altered.at(-2) ?? 0) ^ 1;
    await writeFile(file, altered);
    expect(await run(url, "--path", "apps/shop", "--artifact", file, "--allowed-signers", signers)).toMatchObject({
      status: 2,
      out: "",
      err: expect.stringMatching(/^error: artifact refused: .*\nremedy: .*distrust/),
    });
  });

  test.each([
    [["--ref", "gone"], 6, /branch or tag "gone" does not exist/],
    [["--path", "gone"], 6, /path gone does not exist/],
    [["--path", "../x"], 2, /is not a plain path/],
    [["--allowed-signers", "/nonexistent"], 2, /\/nonexistent cannot be read/],
    [["--gpg-keys", "signers"], 2, /GPG keys cannot be read/],
  ] as const)("with %j fails with exit status %i", async (args, status, says) => {
    const result = await run(url, ...args);
    expect(result).toMatchObject({ status, out: "" });
    expect(result.err).toMatch(says);
  });

  test("opens a repository with a secret from a file, which stands on no command line and in no failure", async () => {
    const expected = `Basic ${Buffer.from("ann:s3cret-in-a-file").toString("base64")}`;
    server.onRequest = ({ headers }) =>
      headers.authorization === expected ? undefined : { type: "answer", status: 401, headers: { "www-authenticate": "Basic" } };
    await writeFile(join(folder, "password"), "s3cret-in-a-file\n");
    const args = ["--username", "ann", "--token-file", join(folder, "password"), "--allowed-signers", signers];
    expect(await run(url, ...args)).toMatchObject({ status: 0, err: "" });
    const wrong = await run(url, "--token-file", join(folder, "password"), "--debug");
    expect(wrong).toMatchObject({ status: 5, err: expect.stringContaining("refuses the credential") });
    expect(wrong.err).not.toContain("s3cret");
    server.onRequest = () => undefined;
    for (const misfit of [
      ["--username", "ann"],
      ["--ssh-key", signers],
      ["--ssh-key", signers, "--token-file", signers],
    ])
      expect((await run(url, ...misfit)).status).toBe(2);
  });

  test("agrees with git verify-commit", async () => {
    const verify = (signersFile: string): string =>
      execFileSync(
        "sh",
        ["-c", `git -C ${join(folder, "work/app")} -c gpg.ssh.allowedSignersFile=${signersFile} verify-commit HEAD 2>&1 || true`],
        { encoding: "utf8" },
      );
    expect(verify(signers)).toContain('Good "git" signature for ann@example.com');
    await writeFile(join(folder, "expired"), (await readFile(signers, "utf8")).replace(" ", ' valid-before="20200101" '));
    expect(verify(join(folder, "expired"))).not.toContain('Good "git" signature for ann@example.com');
    expect(await run(url, "--allowed-signers", join(folder, "expired"))).toMatchObject({
      status: 1,
      out: expect.stringContaining("expired"),
    });
  });
});
