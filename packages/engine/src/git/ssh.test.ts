import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createSshKey, ensureSshd, openRepositories, startSshServer, type SshServer } from "@windlass/testbed";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder, openFresh, readText } from "./git.test-support.ts";
import type { GitCredential } from "./options.ts";

const sshd = await ensureSshd();
// A machine without sshd says so, and leaves these out in sight of everybody.
const reason = typeof sshd === "string" ? ` (left out: ${sshd})` : "";

const folder = await createFolder();
afterAll(folder.remove);

describe.skipIf(typeof sshd === "string")(`a repository by ssh${reason}`, () => {
  let server: SshServer;
  let url = "";
  let commit = "";
  beforeAll(async () => {
    if (typeof sshd === "string") return;
    server = await startSshServer(sshd, join(folder.path, "sshd"));
    const repositories = await openRepositories(folder.path, `${server.url}${folder.path}/served`);
    url = await repositories.createRepository("app");
    commit = await repositories.commit("app", { "apps/a/a.yaml": "kind: A\n", "apps/b/b.yaml": "kind: B\n" }, "first");
  });
  afterAll(() => server?.stop());

  const open = (credential: Partial<Extract<GitCredential, { kind: "ssh" }>> = {}) =>
    openFresh(folder.path, {
      url,
      allow: ["ssh"],
      credential: () => ({ kind: "ssh", privateKey: server.clientKey.privateKey, knownHosts: server.knownHosts, ...credential }),
    });

  test("is read with a key that lies in no file and no environment", async () => {
    const repository = open();
    expect(await repository.fetchRevision("main")).toMatchObject({ commit, name: "main" });
    expect(await readText(repository, commit, "apps/a", "a.yaml")).toBe("kind: A\n");
    const found = execFileSync("sh", ["-c", `grep -rl "OPENSSH PRIVATE KEY" ${folder.path} || true`], { encoding: "utf8" });
    expect(found.split("\n").filter((path) => path !== "" && !path.startsWith(join(folder.path, "sshd")))).toEqual([]);
    repository.close();
  });

  test("is read with a key in any usual form", async () => {
    const rsa = await createSshKey(folder.path, "rsa", ["-t", "rsa", "-b", "2048", "-m", "PEM"]);
    execFileSync("sh", ["-c", `echo '${rsa.publicKey}' >> ${folder.path}/sshd/authorized_keys`]);
    const repository = open({ privateKey: rsa.privateKey });
    expect((await repository.fetchRevision("main")).commit).toBe(commit);
    repository.close();
  });

  test("whose host key is another one, or is not known, is refused", async () => {
    const other = await createSshKey(folder.path, "other-host");
    const [host = ""] = server.knownHosts.split(" ");
    for (const knownHosts of [`${host} ${other.publicKey}`, "", `otherhost ${other.publicKey}`]) {
      const repository = open({ knownHosts });
      await expect(repository.fetchRevision("main")).rejects.toMatchObject({
        code: "unauthorized",
        message: expect.stringContaining("host key"),
      });
      repository.close();
    }
  });

  test("with a key that it does not let in is unauthorized", async () => {
    const stranger = await createSshKey(folder.path, "stranger");
    const repository = open({ privateKey: stranger.privateKey });
    await expect(repository.fetchRevision("main")).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("refuses the credential"),
    });
    repository.close();
  });

  test.each(["nonsense", "", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"])(
    "with what is no key is invalid, and the key stands in no text: %j",
    async (privateKey) => {
      const repository = open({ privateKey });
      await expect(repository.fetchRevision("main")).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining("private key cannot be read"),
      });
      repository.close();
    },
  );

  test("that does not exist is not found", async () => {
    const repository = openFresh(folder.path, {
      url: url.replace("app.git", "gone.git"),
      allow: ["ssh"],
      credential: () => ({ kind: "ssh", privateKey: server.clientKey.privateKey, knownHosts: server.knownHosts }),
    });
    await expect(repository.fetchRevision("main")).rejects.toMatchObject({ code: "not_found" });
    repository.close();
  });

  test("without a credential is told to need one", async () => {
    const repository = openFresh(folder.path, { url, allow: ["ssh"] });
    await expect(repository.fetchRevision("main")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("no ssh credential"),
    });
    repository.close();
  });

  const findAgents = (): readonly string[] =>
    execFileSync("sh", ["-c", "ps -e -o pid=,args= | grep '[s]sh-agent -t 3600' || true"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line !== "");

  test("leaves no ssh-agent behind", async () => {
    const repository = open();
    await repository.fetchRevision("main");
    repository.close();
    await expect.poll(findAgents, { timeout: 40_000, interval: 500 }).toEqual([]);
  });

  test("that never answers is given up at the deadline, and leaves no ssh-agent behind either", async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const repository = openFresh(folder.path, {
      url: `ssh://git@127.0.0.1:${port}/app.git`,
      allow: ["ssh"],
      credential: () => ({ kind: "ssh", privateKey: server.clientKey.privateKey, knownHosts: server.knownHosts }),
    });
    await expect(repository.fetchRevision("main", { timeoutMs: 2_000 })).rejects.toMatchObject({ code: "timeout" });
    await expect.poll(findAgents, { timeout: 40_000, interval: 500 }).toEqual([]);
    repository.close();
    silent.close();
  });
});
