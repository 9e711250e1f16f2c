// GitHub itself cannot be asked: a few lines answer in its place, and check what it would check.
import { generateKeyPairSync, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startGitServer } from "@windlass/testbed";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFolder, openFresh } from "./git.test-support.ts";
import { createGithubAppCredential, type GithubApp } from "./github-app.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const folder = await createFolder();
let api: Server;
let requests: { readonly path: string; readonly body: string; readonly request: IncomingMessage }[] = [];
let answer: () => { readonly status: number; readonly body: string };
let now = Date.UTC(2026, 0, 1);

/** Whether GitHub would accept the JWT: signed by the App's key, valid now, for no longer than ten minutes. */
const accepts = ({ headers }: IncomingMessage): boolean => {
  const [head = "", body = "", signature = ""] = (headers.authorization ?? "").replace("Bearer ", "").split(".");
  const { iat, exp, iss } = JSON.parse(Buffer.from(body, "base64url").toString()) as { iat: number; exp: number; iss: string };
  const isSigned = verify("sha256", Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, "base64url"));
  return isSigned && iss === "42" && iat <= now / 1000 && exp > now / 1000 && exp - iat <= 600;
};

beforeAll(async () => {
  api = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push({ path: request.url ?? "", body, request });
      const { status, body: text } = accepts(request) ? answer() : { status: 401, body: "{}" };
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(text);
    });
  });
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
});
beforeEach(() => {
  requests = [];
  now = Date.UTC(2026, 0, 1);
  answer = () => ({
    status: 201,
    body: JSON.stringify({ token: `ghs_${requests.length}`, expires_at: new Date(now + 3_600_000).toISOString() }),
  });
});
afterAll(async () => {
  api.closeAllConnections();
  api.close();
  await folder.remove();
});

const credentialOf = (options: Partial<GithubApp> = {}) =>
  createGithubAppCredential({
    appId: "42",
    installationId: "7",
    privateKey: pem,
    apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    now: () => now,
    ...options,
  });

describe("a GitHub App", () => {
  test("buys a token that may read contents and nothing else, with a JWT that GitHub accepts", async () => {
    expect(await credentialOf()()).toEqual({ kind: "token", token: "ghs_1" });
    expect(requests.map(({ path, body }) => [path, body])).toEqual([
      ["/app/installations/7/access_tokens", '{"permissions":{"contents":"read"}}'],
    ]);
  });

  test("keeps the token until ten minutes before its end, and asks once for many at the same time", async () => {
    const credential = credentialOf();
    await Promise.all([credential(), credential(), credential()]);
    now += 49 * 60_000;
    expect(await credential()).toEqual({ kind: "token", token: "ghs_1" });
    now += 2 * 60_000;
    expect(await credential()).toEqual({ kind: "token", token: "ghs_2" });
    expect(requests).toHaveLength(2);
  });

  test("asks again after a failure", async () => {
    const credential = credentialOf();
    const works = answer;
    answer = () => ({ status: 503, body: "" });
    await expect(credential()).rejects.toMatchObject({ code: "unavailable" });
    answer = works;
    expect(await credential()).toMatchObject({ kind: "token" });
  });

  test.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not_found"],
    [422, "forbidden"],
    [302, "unavailable"],
    [500, "unavailable"],
    [200, "unavailable"],
    [201, "unavailable"],
  ])("is told what %i means, and neither key nor answer stands in the failure", async (status, code) => {
    answer = () => ({ status, body: '{"message":"ghs_secret"}' });
    const error: unknown = await credentialOf()().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code, message: expect.stringContaining("GitHub App 42, installation 7") });
    expect(JSON.stringify([error, String(error)])).not.toMatch(/ghs_secret|PRIVATE KEY/);
  });

  test("whose answer is endless, or whose API is not there, is unavailable", async () => {
    answer = () => ({ status: 201, body: "x".repeat(2 * 1024 ** 2) });
    await expect(credentialOf()()).rejects.toMatchObject({ code: "unavailable" });
    await expect(credentialOf({ apiUrl: "http://127.0.0.1:1" })()).rejects.toMatchObject({ code: "unavailable" });
  });

  test.each([
    [{ privateKey: "nonsense" }, /not an RSA key/],
    [{ privateKey: generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString() }, /not an RSA key/],
    [{ apiUrl: "http://github.example.com" }, /https URL/],
    [{ installationId: "7/../8" }, /number of an installation/],
  ])("is refused at once with %o", (options, says) => {
    expect(() => credentialOf(options)).toThrow(says);
  });

  test("opens a repository", async () => {
    const server = await startGitServer(join(folder.path, "git"));
    const url = await server.createRepository("app");
    const commit = await server.commit("app", { "a.yaml": "kind: A\n" }, "first");
    const expected = `Basic ${Buffer.from("x-access-token:ghs_1").toString("base64")}`;
    server.onRequest = ({ headers }) =>
      headers.authorization === expected ? undefined : { type: "answer", status: 401, headers: { "www-authenticate": "Basic" } };
    const repository = openFresh(folder.path, { url, credential: credentialOf() });
    expect((await repository.fetchRevision("main")).commit).toBe(commit);
    repository.close();
    await server.stop();
  });
});
