import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { WindlassError } from "@windlass/core";
import { createAuthority, startGitServer, type GitServer, type SeenGitRequest } from "@windlass/testbed";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createFolder, openFresh, readText } from "./git.test-support.ts";

const folder = await createFolder();
const authority = createAuthority("Git test authority");
let server: GitServer;
let secure: GitServer;
let url = "";
let secureUrl = "";
let commit = "";

beforeAll(async () => {
  server = await startGitServer(join(folder.path, "http"));
  secure = await startGitServer(join(folder.path, "https"), {
    tls: authority.issue({ usage: "server", subject: { commonName: "git" }, hosts: ["127.0.0.1"] }),
  });
  url = await server.createRepository("app");
  secureUrl = await secure.createRepository("app");
  commit = await server.commit("app", { "a.yaml": "kind: A\n", "big.txt": "x".repeat(10) }, "first");
  await secure.commit("app", { "a.yaml": "kind: A\n" }, "first");
});
afterEach(() => {
  for (const each of [server, secure]) each.onRequest = () => undefined;
});
afterAll(async () => {
  await Promise.all([server.stop(), secure.stop()]);
  await folder.remove();
});

const basic = (username: string, password: string): string => `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** Lets in whoever shows these credentials. */
const demand =
  (authorization: string) =>
  ({ headers }: SeenGitRequest) =>
    headers.authorization === authorization
      ? undefined
      : ({ type: "answer", status: 401, headers: { "www-authenticate": 'Basic realm="git"' }, body: "no" } as const);

const failureOf = async (work: Promise<unknown>): Promise<WindlassError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof WindlassError) return error;
    throw error;
  }
  return expect.fail("it did not fail");
};

const everyTextOf = (error: WindlassError): string =>
  JSON.stringify([error.message, error.remedy, error.details, error.stack, String(error.cause)]);

describe("a credential", () => {
  test("of user and password, or a token, opens a repository", async () => {
    server.onRequest = demand(basic("ann", "p@ss wörd:'\"$(id)"));
    const byPassword = openFresh(folder.path, {
      url,
      credential: () => ({ kind: "basic", username: "ann", password: "p@ss wörd:'\"$(id)" }),
    });
    expect((await byPassword.fetchRevision("main")).commit).toBe(commit);
    expect(await readText(byPassword, commit, "", "a.yaml")).toBe("kind: A\n");
    server.onRequest = demand(basic("x-access-token", "ghs_token"));
    const byToken = openFresh(folder.path, { url, credential: () => ({ kind: "token", token: "ghs_token" }) });
    expect((await byToken.fetchRevision("main")).commit).toBe(commit);
    byPassword.close();
    byToken.close();
  });

  test("is asked for anew before each contact, so that a short-lived one stays fresh", async () => {
    let turn = 0;
    const repository = openFresh(folder.path, { url, credential: () => ({ kind: "token", token: `t${turn}` }) });
    for (turn = 1; turn <= 2; turn++) {
      server.onRequest = demand(basic("x-access-token", `t${turn}`));
      expect((await repository.resolveRef({ kind: "default" })).commit).toBe(commit);
    }
    repository.close();
  });

  test("that is wrong is refused, and stands in no text of the failure", async () => {
    server.onRequest = demand(basic("ann", "right"));
    const repository = openFresh(folder.path, { url, credential: () => ({ kind: "basic", username: "ann", password: "hunter2-wrong" }) });
    const error = await failureOf(repository.fetchRevision("main"));
    expect(error).toMatchObject({ code: "unauthorized", message: expect.stringContaining("refuses the credential") });
    expect(everyTextOf(error)).not.toContain("hunter2");
    expect(everyTextOf(error)).not.toContain(Buffer.from("ann:hunter2-wrong").toString("base64"));
    repository.close();
  });

  test("that is missing is said to be", async () => {
    server.onRequest = demand(basic("ann", "right"));
    const repository = openFresh(folder.path, { url });
    expect(await failureOf(repository.fetchRevision("main"))).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("wants a user and a password"),
    });
    repository.close();
  });

  test("that the server repeats in its answer is taken out of the failure", async () => {
    server.onRequest = () => ({
      type: "answer",
      status: 403,
      headers: { "content-type": "text/plain" },
      body: "token ghs_secret may not read\n",
    });
    const repository = openFresh(folder.path, { url, credential: () => ({ kind: "token", token: "ghs_secret" }) });
    const error = await failureOf(repository.fetchRevision("main"));
    expect(error.code).toBe("forbidden");
    expect(everyTextOf(error)).not.toContain("ghs_secret");
    repository.close();
  });

  test("with a line break in it, which would end the answer to Git early, is refused", async () => {
    const repository = openFresh(folder.path, { url, credential: () => ({ kind: "token", token: "a\nhost=evil" }) });
    expect(await failureOf(repository.fetchRevision("main"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("line break"),
    });
    repository.close();
  });

  test("stands in no argument, environment or file of any process while Git runs", async () => {
    const secret = `hunter2-${process.pid}`;
    const seen: string[] = [];
    const authorized = demand(basic("x-access-token", secret));
    server.onRequest = (request) => {
      seen.push(...readProcesses());
      return authorized(request);
    };
    const cacheFolder = join(folder.path, "secret-cache");
    const repository = openFresh(folder.path, { url, cacheFolder, credential: () => ({ kind: "token", token: secret }) });
    await repository.fetchRevision("main");
    await readText(repository, commit, "", "a.yaml");
    // The look was taken while Git was at work: its own processes are among those that were seen.
    expect(seen.some((text) => text.includes("ls-remote") || text.includes("fetch"))).toBe(true);
    expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    const found = spawnSync("grep", ["-rl", secret, cacheFolder], { encoding: "utf8" });
    expect({ status: found.status, files: found.stdout }).toEqual({ status: 1, files: "" });
    repository.close();
  });
});

/** Arguments and environment of every process that descends from this one. */
const readProcesses = (): readonly string[] => {
  const output = execFileSync(
    "sh",
    [
      "-c",
      'for p in /proc/[0-9]*; do [ "$p" = "/proc/$$" ] || { tr "\\0" " " < $p/cmdline; tr "\\0" " " < $p/environ; echo; } 2>/dev/null; done',
    ],
    {
      encoding: "utf8",
      maxBuffer: 64 * 1024 ** 2,
    },
  );
  return output.split("\n");
};

describe("a server by TLS", () => {
  test("is believed when the given authority signed its certificate", async () => {
    const repository = openFresh(folder.path, { url: secureUrl, allow: ["https"], certificateAuthority: authority.certificate });
    expect((await repository.fetchRevision("main")).name).toBe("main");
    repository.close();
  });

  test.each([
    ["no authority is given", () => ({})],
    ["another authority is given", () => ({ certificateAuthority: createAuthority("another").certificate })],
  ])("is refused when %s, and is shown no credential", async (_, options) => {
    secure.requests.length = 0;
    const repository = openFresh(folder.path, {
      url: secureUrl,
      allow: ["https"],
      credential: () => ({ kind: "token", token: "t" }),
      ...options(),
    });
    expect(await failureOf(repository.fetchRevision("main"))).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("TLS certificate is not trusted"),
    });
    expect(secure.requests).toEqual([]);
    repository.close();
  });

  test("under a name that its certificate does not have is refused", async () => {
    const named = secureUrl.replace("127.0.0.1", "localhost");
    const repository = openFresh(folder.path, { url: named, allow: ["https"], certificateAuthority: authority.certificate });
    expect(await failureOf(repository.fetchRevision("main"))).toMatchObject({ code: "unauthorized" });
    repository.close();
  });
});

describe("a redirect", () => {
  test.each([
    ["another host", () => `http://localhost:${new URL(url).port}/app.git/info/refs?service=git-upload-pack`],
    ["the same host", () => `${server.url}/other.git/info/refs?service=git-upload-pack`],
  ])("to %s is not followed, and the credential goes nowhere else", async (_, target) => {
    server.requests.length = 0;
    const authorized = demand(basic("x-access-token", "t"));
    server.onRequest = (request) => authorized(request) ?? { type: "answer", status: 301, headers: { location: target() } };
    const repository = openFresh(folder.path, { url, credential: () => ({ kind: "token", token: "t" }) });
    expect(await failureOf(repository.fetchRevision("main"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("redirects to another URL"),
    });
    expect(server.requests.every(({ headers, path }) => path.startsWith("/app.git/") && headers.host === new URL(url).host)).toBe(true);
    repository.close();
  });
});

describe("a server that fails", () => {
  test.each([
    [404, "not_found"],
    [403, "forbidden"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("with %i is %s", async (status, code) => {
    server.onRequest = () => ({ type: "answer", status });
    const repository = openFresh(folder.path, { url });
    expect((await failureOf(repository.fetchRevision("main"))).code).toBe(code);
    repository.close();
  });

  test("by answering with something else than Git is told so", async () => {
    server.onRequest = () => ({ type: "answer", status: 200, headers: { "content-type": "text/html" }, body: "<html>\nlog in\n</html>\n" });
    const repository = openFresh(folder.path, { url });
    expect(await failureOf(repository.fetchRevision("main"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("not a Git server"),
    });
    repository.close();
  });

  test("by cutting the connection in the middle of a pack is unavailable, and the next fetch works with the same cache", async () => {
    const big = await server.createRepository("cut");
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}.yaml`, `# ${Math.random()}\n`.repeat(20)]));
    await server.commit("cut", files, "first");
    const cacheFolder = join(folder.path, "cut-cache");
    const repository = openFresh(folder.path, { url: big, cacheFolder });
    const whole = openFresh(folder.path, { url: big });
    server.requests.length = 0;
    const { commit: tip } = await whole.fetchRevision("main");
    await whole.readTree(tip, "");
    const largest = Math.max(...server.requests.map(({ bytesSent }) => bytesSent));
    server.onRequest = ({ method }) => (method === "POST" ? { type: "cut", afterBytes: Math.floor(largest / 2) } : undefined);
    await repository.fetchRevision("main").catch(() => undefined);
    const error = await failureOf(repository.readTree(tip, ""));
    expect(error.code).toBe("unavailable");
    server.onRequest = () => undefined;
    const { files: read } = await repository.readTree(tip, "");
    expect(read).toHaveLength(300);
    repository.close();
    whole.close();
  });

  test("by never answering is given up at the deadline, and nothing of it goes on", async () => {
    server.onRequest = () => ({ type: "silence" });
    const repository = openFresh(folder.path, { url });
    const started = performance.now();
    expect(await failureOf(repository.fetchRevision("main", { timeoutMs: 1_500 }))).toMatchObject({ code: "timeout" });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(readProcesses().filter((text) => text.includes("ls-remote") && text.includes(url))).toEqual([]);
    repository.close();
  });

  test("by not being there is unavailable", async () => {
    const repository = openFresh(folder.path, { url: "http://127.0.0.1:1/app.git" });
    expect((await failureOf(repository.fetchRevision("main"))).code).toBe("unavailable");
    const unnamed = openFresh(folder.path, { url: "http://no-such-host.invalid/app.git" });
    expect((await failureOf(unnamed.fetchRevision("main"))).code).toBe("unavailable");
    repository.close();
    unnamed.close();
  });

  test("is not waited for when the caller no longer wants it", async () => {
    server.onRequest = () => ({ type: "silence" });
    const repository = openFresh(folder.path, { url });
    const caller = new AbortController();
    const fetching = repository.fetchRevision("main", { signal: caller.signal });
    caller.abort(new Error("no longer wanted"));
    await expect(fetching).rejects.toThrow("no longer wanted");
    repository.close();
  });
});

describe("a proxy", () => {
  let proxy: Server;
  let seen: (string | undefined)[] = [];
  beforeAll(async () => {
    // Of the CONNECT kind, as companies have it, with a password of its own.
    proxy = createServer((_, response) => response.writeHead(400).end());
    proxy.on("connect", (request, socket) => {
      seen.push(request.headers["proxy-authorization"]);
      socket.on("error", () => undefined);
      if (request.headers["proxy-authorization"] !== basic("ann", "proxy-secret"))
        return void socket.end(
          'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
        );
      const [host = "", port = ""] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
  });
  afterEach(() => {
    seen = [];
  });
  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  test("is gone through, with its own user and password, which the server does not see", async () => {
    const repository = openFresh(folder.path, {
      url: secureUrl,
      allow: ["https"],
      certificateAuthority: authority.certificate,
      credential: () => ({ kind: "token", token: "for-the-server" }),
      proxy: { url: proxyUrl(), username: "ann", password: "proxy-secret" },
    });
    secure.requests.length = 0;
    secure.onRequest = demand(basic("x-access-token", "for-the-server"));
    expect((await repository.fetchRevision("main")).name).toBe("main");
    expect(seen).toContain(basic("ann", "proxy-secret"));
    expect(JSON.stringify(secure.requests)).not.toContain(Buffer.from("ann:proxy-secret").toString("base64"));
    repository.close();
  });

  test("that refuses the password is told from the server, and the password stands in no text", async () => {
    const repository = openFresh(folder.path, {
      url: secureUrl,
      allow: ["https"],
      certificateAuthority: authority.certificate,
      proxy: { url: proxyUrl(), username: "ann", password: "hunter2-wrong" },
    });
    const error = await failureOf(repository.fetchRevision("main"));
    expect(error).toMatchObject({ code: "unauthorized", message: expect.stringContaining("proxy refuses") });
    expect(everyTextOf(error)).not.toContain("hunter2");
    repository.close();
  });
});

describe("nothing of the machine's own configuration comes in", () => {
  test("whatever the environment and the home say", async () => {
    const home = join(folder.path, "home");
    await mkdir(join(home, ".config/git"), { recursive: true });
    const evil = `[url "http://127.0.0.1:1/"]\n\tinsteadOf = ${server.url}/\n[http]\n\textraHeader = X-Evil: 1\n[credential]\n\thelper = "!touch ${home}/ran #"\n[core]\n\tfsmonitor = "touch ${home}/ran"\n`;
    for (const path of [".gitconfig", ".config/git/config", "system"]) await writeFile(join(home, path), evil);
    await writeFile(join(home, ".netrc"), "machine 127.0.0.1 login evil password evil\n");
    const script = `
      import { openRepository } from ${JSON.stringify(join(import.meta.dirname, "repository.ts"))};
      const repository = openRepository({ url: ${JSON.stringify(url)}, cacheFolder: ${JSON.stringify(join(folder.path, "closed-cache"))}, allow: ["http"] });
      const { commit } = await repository.fetchRevision("main");
      console.log(commit, (await repository.readTree(commit, "")).files.length);
      repository.close();
    `;
    server.requests.length = 0;
    const authorized = demand("nobody");
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: join(folder.path, "http/work/app"),
      env: {
        PATH: process.env["PATH"],
        HOME: home,
        XDG_CONFIG_HOME: join(home, ".config"),
        GIT_CONFIG_SYSTEM: join(home, "system"),
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "http.extraHeader",
        GIT_CONFIG_VALUE_0: "X-Evil: 2",
        GIT_DIR: "/nonexistent",
        GIT_SSL_NO_VERIFY: "1",
        GIT_EXEC_PATH: "/nonexistent",
        GIT_TRACE: join(home, "trace"),
        GIT_ASKPASS: "/bin/false",
        GIT_PROXY_COMMAND: "/bin/false",
        http_proxy: "http://127.0.0.1:1",
        ALL_PROXY: "http://127.0.0.1:1",
      },
    });
    expect(stdout.trim()).toBe(`${commit} 2`);
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests.filter(({ headers }) => headers["x-evil"] !== undefined || headers.authorization !== undefined)).toEqual([]);
    server.onRequest = authorized;
    expect((await readdir(home)).filter((name) => name === "ran" || name === "trace")).toEqual([]);
    expect(await readFile(join(home, ".gitconfig"), "utf8")).toBe(evil);
  });
});
