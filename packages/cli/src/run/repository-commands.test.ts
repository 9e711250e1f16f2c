// What people do to a repository before anything reaches a cluster: lay it out, look it over, pack it.
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createArtifactSource } from "@windlass/engine";
import { startRegistry } from "@windlass/testbed";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../run-cli.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "windlass-repository-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const windlass = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runCli(args, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: { PATH: process.env["PATH"], HOME: root },
    interrupt: { signal: new AbortController().signal, exitStatus: () => undefined },
  });
  return { status, out: out.join(""), err: err.join("") };
};

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", join(root, "repo"), ...args], {
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
      GIT_COMMITTER_DATE: "2026-03-01T12:00:00+02:00",
    },
  }).trim();

const commitRepository = (): string => {
  mkdirSync(join(root, "repo/app"), { recursive: true });
  writeFileSync(join(root, "repo/app/a.yaml"), "a: 1\n");
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", "https://ada:swordfish@git.example.com/shop.git");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  return git("rev-parse", "HEAD");
};

describe("windlass init", () => {
  test("lays out a repository that windlass lint finds nothing wrong with", async () => {
    expect(await windlass("init", join(root, "new"))).toMatchObject({
      status: 0,
      out: expect.stringContaining("+ apps/hello/deployment.yaml"),
    });
    const { status, out } = await windlass("lint", join(root, "new"), "-o", "json");
    expect(status).toBe(0);
    const { findings } = JSON.parse(out) as { readonly findings: readonly { readonly severity: string }[] };
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("overwrites nothing, follows no link, and adds what is missing", async () => {
    mkdirSync(join(root, "old/apps"), { recursive: true });
    writeFileSync(join(root, "old/README.md"), "mine\n");
    symlinkSync(join(root, "outside"), join(root, "old/apps/hello"));
    mkdirSync(join(root, "outside"));
    symlinkSync(join(root, "target"), join(root, "outside/service.yaml"));
    const { status, out } = await windlass("init", join(root, "old"));
    expect({ status, readme: readFileSync(join(root, "old/README.md"), "utf8") }).toEqual({ status: 0, readme: "mine\n" });
    expect(out).toContain("= README.md (was there, left alone)");
    expect(out).toContain("= apps/hello/service.yaml (was there, left alone)");
    expect(out).toContain("+ clusters/example/namespaces.yaml");
    expect((await windlass("init", join(root, "old"), "-o", "json")).out).toContain('"written":[]');
  });
});

describe("windlass lint", () => {
  test("exits with 1 for errors, and with 0 for warnings", async () => {
    writeFileSync(join(root, "a.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n");
    expect(await windlass("lint", root)).toMatchObject({ status: 0, out: expect.stringContaining("a.yaml:4: warning: ") });
    writeFileSync(join(root, "b.yaml"), "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\nstringData: {a: b}\n");
    expect(await windlass("lint", root)).toMatchObject({
      status: 1,
      out: expect.stringContaining("2 files: 1 errors, 1 warnings, 0 info"),
    });
  });

  test.each([
    ["sarif", /"ruleId": "secret-in-clear"/],
    ["junit", /<testsuite name="windlass lint" tests="1" failures="1"/],
  ])("writes %s", async (format, wanted) => {
    writeFileSync(join(root, "b.yaml"), "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\nstringData: {a: b}\n");
    expect(await windlass("lint", root, "--format", format)).toMatchObject({ status: 1, out: expect.stringMatching(wanted) });
  });

  test("refuses a version of Kubernetes that is none", async () => {
    expect(await windlass("lint", root, "--kube-version", "latest")).toMatchObject({
      status: 2,
      err: expect.stringContaining("no version of Kubernetes"),
    });
  });
});

describe("windlass pack", () => {
  test("says where the folder comes from, with the commit's time and without the password of the remote", async () => {
    const commit = commitRepository();
    const { status, out } = await windlass("pack", join(root, "repo/app"), "-o", "json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      files: 1,
      source: "https://git.example.com/shop.git",
      revision: `main@sha1:${commit}`,
      created: "2026-03-01T10:00:00Z",
    });
    expect(out).not.toContain("swordfish");
  });

  test("refuses to say that a changed folder comes from a commit, unless it is told what it is", async () => {
    commitRepository();
    writeFileSync(join(root, "repo/app/b.yaml"), "b: 2\n");
    expect(await windlass("pack", join(root, "repo/app"))).toMatchObject({
      status: 2,
      err: expect.stringContaining("differs from the commit"),
    });
    expect(await windlass("pack", join(root, "repo/app"), "--revision", "draft")).toMatchObject({
      status: 0,
      out: expect.stringContaining("from draft"),
    });
  });

  test("writes the same file twice, an OCI image layout whose blobs are what they are called", async () => {
    commitRepository();
    const [first, second] = [join(root, "a.tar.gz"), join(root, "b.tar.gz")];
    expect(await windlass("pack", join(root, "repo/app"), "--to", first)).toMatchObject({ status: 0 });
    await windlass("pack", join(root, "repo/app"), "--to", second);
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
    mkdirSync(join(root, "layout"));
    execFileSync("tar", ["-xzf", first, "-C", join(root, "layout")]);
    const [, digest = ""] = /"digest":"(sha256:[0-9a-f]{64})"/.exec(readFileSync(join(root, "layout/index.json"), "utf8")) ?? [];
    const manifest = readFileSync(join(root, "layout/blobs", digest.replace(":", "/")));
    expect(`sha256:${createHash("sha256").update(manifest).digest("hex")}`).toBe(digest);
    expect(JSON.parse(manifest.toString())).toMatchObject({ annotations: { "org.opencontainers.image.created": "2026-03-01T10:00:00Z" } });
  });

  test("pushes and signs, with the login that docker has left, so that it can be read back and verified", async () => {
    commitRepository();
    const registry = await startRegistry({ auth: "basic" });
    try {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      writeFileSync(join(root, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
      const to = `oci://${registry.host}/apps/shop:1.0.0`;
      const args = ["pack", join(root, "repo/app"), "--to", to, "--plain-http", "--sign", join(root, "key.pem")];
      expect(await windlass(...args)).toMatchObject({ status: 5, err: expect.stringContaining("wants another credential") });
      const auth = Buffer.from(`${registry.user.username}:${registry.user.password}`).toString("base64");
      mkdirSync(join(root, ".docker"));
      writeFileSync(join(root, ".docker/config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
      expect(await windlass(...args)).toMatchObject({ status: 0, out: expect.stringContaining(`${to} is sha256:`) });
      const source = createArtifactSource({
        cacheFolder: join(root, "cache"),
        http: { plainHttpHosts: [registry.host] },
        credentialFor: () => ({ kind: "basic", ...registry.user }),
      });
      const trustedKeys = [publicKey.export({ type: "spki", format: "pem" }).toString()];
      expect(await source.resolve({ url: to, trustedKeys })).toMatchObject({
        files: { "a.yaml": expect.any(Uint8Array) },
        verified: { key: expect.any(String) },
      });
      await source.close();
    } finally {
      await registry.stop();
    }
  }, 600_000);

  test.each([
    ["a registry without a tag", ["--to", "oci://host/path"], "names no tag"],
    ["a file of another kind", ["--to", "a.zip"], "neither a registry nor a file"],
    ["a signature for a file", ["--to", "a.tar.gz", "--sign", "key"], "only what goes to a registry"],
  ])("refuses %s before it packs anything", async (_, options, why) => {
    expect(await windlass("pack", root, ...options)).toMatchObject({ status: 2, err: expect.stringContaining(why) });
  });
});
