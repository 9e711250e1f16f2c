import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ChartServer, type ChartServerOptions, createAuthority, startChartServer } from "@windlass/testbed";
import { ensureToolboxReference } from "@windlass/testbed/toolbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createChartSource } from "./chart-source.ts";
import { indexOf, packChart, publish, sha256, smallChart } from "./charts.test-support.ts";
import type { ChartSource, ChartSourceOptions } from "./types.ts";

const run = promisify(execFile);
let cacheFolder: string;
const open: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), "windlass-charts-"));
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
  await rm(cacheFolder, { recursive: true });
});

const serve = async (options: ChartServerOptions = {}): Promise<ChartServer> => {
  const server = await startChartServer(options);
  open.push(server);
  return server;
};

const sourceOf = (servers: readonly ChartServer[], options: Partial<ChartSourceOptions> = {}): ChartSource => {
  const plainHttpHosts = servers.filter(({ url }) => url.startsWith("http:")).map(({ host }) => host);
  const source = createChartSource({ cacheFolder, ...options, http: { plainHttpHosts, ...options.http } });
  open.push({ stop: () => source.close() });
  return source;
};

const web = (server: ChartServer, version = "") => ({ repository: `${server.url}/charts`, chart: "web", version });

describe("a chart of a repository", () => {
  test("comes with its files, its version and the digest of the archive", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    const chart = await sourceOf([server]).resolve(web(server, "^1"));
    const digest = `sha256:${sha256(server.files.get("/charts/web-1.2.3.tgz") as Buffer)}`;
    expect(chart).toMatchObject({ name: "web", version: "1.2.3", digest, revision: `1.2.3@${digest}` });
    expect(Object.keys(chart.files).toSorted()).toEqual(["Chart.yaml", "templates/settings.yaml"]);
  });

  test("is downloaded once: the second time only the index is asked for, and answers that nothing changed", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    const source = sourceOf([server]);
    await source.resolve(web(server));
    await source.resolve(web(server));
    expect(server.seen.map(({ path, status }) => [path, status])).toEqual([
      ["/charts/index.yaml", 200],
      ["/charts/web-1.2.3.tgz", 200],
      ["/charts/index.yaml", 304],
    ]);
  });

  test("that was damaged on disk is downloaded again", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    await sourceOf([server]).resolve(web(server));
    const [name = ""] = await readdir(join(cacheFolder, "blobs"));
    await writeFile(join(cacheFolder, "blobs", name), "damaged");
    expect(await sourceOf([server]).resolve(web(server))).toMatchObject({ version: "1.2.3" });
    expect(server.seen.filter(({ path }) => path.endsWith(".tgz"))).toHaveLength(2);
  });

  test("may lie under an absolute URL and be listed without a digest", async () => {
    const [server, store] = [await serve(), await serve()];
    const packed = packChart("web", smallChart("web", "1.0.0"));
    store.files.set("/any/where.tgz", packed);
    server.files.set("/charts/index.yaml", indexOf([{ name: "web", version: "1.0.0", urls: [`${store.url}/any/where.tgz`] }]));
    expect(await sourceOf([server, store]).resolve(web(server))).toMatchObject({ digest: `sha256:${sha256(packed)}` });
  });

  test("keeps its query in the URLs of index and archive, where some hosts want their token", async () => {
    const server = await serve();
    const packed = packChart("web", smallChart("web", "1.0.0"));
    server.files.set("/charts/index.yaml?team=a", indexOf([{ name: "web", version: "1.0.0", urls: ["web.tgz"] }]));
    server.files.set("/charts/web.tgz?team=a", packed);
    const repository = `${server.url}/charts?team=a`;
    expect(await sourceOf([server]).resolve({ repository, chart: "web" })).toMatchObject({ version: "1.0.0" });
  });

  test("can be named by its revision, and is refused when its content has changed", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    const { revision } = await sourceOf([server]).resolve(web(server));
    expect(await sourceOf([server]).resolve(web(server, revision))).toMatchObject({ revision });
    const other = packChart("web", smallChart("web", "1.2.3", { files: { "values.yaml": "evil: true\n" } }));
    server.files.set("/charts/web-1.2.3.tgz", other);
    server.files.set("/charts/index.yaml", indexOf([{ name: "web", version: "1.2.3", urls: ["web-1.2.3.tgz"], digest: sha256(other) }]));
    await expect(sourceOf([server]).resolve(web(server, revision))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("has changed"),
    });
  });
});

describe("a chart is refused", () => {
  test("when it is not what the index says, and is not kept", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    server.files.set("/charts/web-1.2.3.tgz", packChart("web", smallChart("web", "1.2.4")));
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("is not what the index says"),
    });
    await expect(readdir(join(cacheFolder, "blobs"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test.each([
    ["is another chart", () => packChart("db", smallChart("db", "1.0.0")), "its Chart.yaml calls it db"],
    ["holds no Chart.yaml", () => packChart("web", { "values.yaml": Buffer.from("") }), "does not hold one folder with a Chart.yaml"],
    ["is a web page", () => Buffer.from("<!doctype html>"), "no gzip archive"],
  ])("when what lies there %s", async (_, content, why) => {
    const server = await serve();
    server.files.set("/charts/web.tgz", content());
    server.files.set("/charts/index.yaml", indexOf([{ name: "web", version: "1.0.0", urls: ["web.tgz"] }]));
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining(why) });
  });

  test("when it is larger than the limit", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    const limits = { packedBytesMax: 100, unpackedBytesMax: 1e6, entriesMax: 10, pathBytesMax: 100 };
    await expect(sourceOf([server], { limits }).resolve(web(server))).rejects.toThrow("is larger than 100 bytes");
  });

  test.each([
    ["the chart", { chart: "api" }, "has no chart api"],
    ["the version", { chart: "web", version: "^9" }, 'no version of web for "^9"'],
  ])("when %s does not exist, and the remedy names what there is", async (_, request, why) => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    await expect(sourceOf([server]).resolve({ repository: `${server.url}/charts`, ...request })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining(why),
      remedy: request.chart === "web" ? expect.stringContaining("1.2.3") : expect.any(String),
    });
  });

  test.each(["../web", "web/../../x", "", "a b"])("when its name is none: %j", async (chart) => {
    const server = await serve();
    await expect(sourceOf([server]).resolve({ repository: server.url, chart })).rejects.toMatchObject({ code: "invalid" });
    expect(server.seen).toEqual([]);
  });

  test("when its repository is not allowed, without a request", async () => {
    const server = await serve();
    const source = sourceOf([server], { isAllowed: (repository) => repository.startsWith("https://charts.example.com/") });
    await expect(source.resolve(web(server))).rejects.toMatchObject({ code: "forbidden" });
    expect(server.seen).toEqual([]);
  });

  test("when its repository has a password in its URL, which is not repeated", async () => {
    const failure = await sourceOf([])
      .resolve({ repository: "https://ada:swordfish@charts.example.com", chart: "web" })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "invalid" });
    expect(JSON.stringify(failure) + String(failure)).not.toContain("swordfish");
  });

  test("when its repository speaks plain http and nobody said that it may", async () => {
    const server = await serve();
    await expect(sourceOf([]).resolve(web(server))).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("without TLS"),
    });
    expect(server.seen).toEqual([]);
  });
});

describe("an index is refused", () => {
  test.each([
    ["that is a web page", "<!doctype html><html></html>"],
    ["that is a list", "[]"],
    ["that is broken", "entries: ["],
    [
      "that is a YAML bomb",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
        .split("")
        .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`)
        .join("\n")}\nentries: {}\n`,
    ],
  ])("%s", async (_, text) => {
    const server = await serve();
    server.files.set("/charts/index.yaml", text);
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({ code: "invalid" });
  });

  test("that does not exist, and the message says what was looked for", async () => {
    const server = await serve();
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({
      code: "not_found",
      message: `chart repository ${server.url}/charts does not exist (404)`,
    });
  });
});

describe("a credential", () => {
  const basic = `Basic ${Buffer.from("ada:swordfish").toString("base64")}`;
  const credential = { kind: "basic", username: "ada", password: "swordfish" } as const;

  test("opens the repository, and a wrong one is told as such", async () => {
    const server = await serve({ authorization: basic });
    publish(server, [["web", "1.2.3"]]);
    expect(await sourceOf([server], { credentialFor: () => credential }).resolve(web(server))).toMatchObject({ version: "1.2.3" });
    const failure = await sourceOf([server], { credentialFor: () => ({ ...credential, password: "sardine" }) })
      .resolve(web(server))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify(failure)).not.toContain("sardine");
  });

  test("that is a token is sent as one", async () => {
    const server = await serve({ authorization: "Bearer t0ken" });
    publish(server, [["web", "1.2.3"]]);
    expect(await sourceOf([server], { credentialFor: () => ({ kind: "token", token: "t0ken" }) }).resolve(web(server))).toMatchObject({
      version: "1.2.3",
    });
  });

  test.each([["the archive's URL"], ["a redirect"]])("stays with its repository: another host gets none by %s", async (way) => {
    const [server, other] = [await serve({ authorization: basic }), await serve()];
    publish(server, [["web", "1.2.3"]]);
    other.files.set("/web.tgz", server.files.get("/charts/web-1.2.3.tgz") ?? "");
    if (way === "a redirect")
      server.files.set("/charts/web-1.2.3.tgz", (_, response) => void response.writeHead(302, { location: `${other.url}/web.tgz` }).end());
    else server.files.set("/charts/index.yaml", indexOf([{ name: "web", version: "1.2.3", urls: [`${other.url}/web.tgz`] }]));
    expect(await sourceOf([server, other], { credentialFor: () => credential }).resolve(web(server))).toMatchObject({ version: "1.2.3" });
    expect(other.seen).toEqual([{ path: "/web.tgz", authorization: undefined, status: 200 }]);
  });
});

describe("a server that misbehaves", () => {
  test("and redirects to a host without TLS is not followed", async () => {
    const [server, other] = [await serve(), await serve()];
    server.files.set("/charts/index.yaml", (_, response) => void response.writeHead(302, { location: `${other.url}/index.yaml` }).end());
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("only https is followed"),
    });
    expect(other.seen).toEqual([]);
  });

  test("and redirects in a circle is left", async () => {
    const server = await serve();
    server.files.set("/charts/index.yaml", (_, response) => void response.writeHead(302, { location: "/charts/index.yaml" }).end());
    await expect(sourceOf([server]).resolve(web(server))).rejects.toThrow("redirects more than 5 times");
    expect(server.seen).toHaveLength(6);
  });

  test("and never answers is given up at the deadline", async () => {
    const server = await serve();
    server.files.set("/charts/index.yaml", () => undefined);
    await expect(sourceOf([server], { http: { timeoutMs: 300 } }).resolve(web(server))).rejects.toMatchObject({ code: "timeout" });
  });

  test("and sends one byte after the other is given up at the deadline, too", async () => {
    const server = await serve();
    server.files.set("/charts/index.yaml", (_, response) => {
      const timer = setInterval(() => response.write("#"), 20);
      response.once("close", () => clearInterval(timer));
    });
    await expect(sourceOf([server], { http: { timeoutMs: 400 } }).resolve(web(server))).rejects.toMatchObject({ code: "timeout" });
  });

  test("is left at once when the caller's signal fires", async () => {
    const server = await serve();
    const stop = new AbortController();
    server.files.set("/charts/index.yaml", () => stop.abort(new Error("enough")));
    await expect(sourceOf([server]).resolve(web(server), { signal: stop.signal })).rejects.toThrow("enough");
  });

  test("and goes away in the middle of an archive costs an error that trying again may mend, and nothing is kept", async () => {
    const server = await serve();
    publish(server, [["web", "1.2.3"]]);
    const whole = server.files.get("/charts/web-1.2.3.tgz") as Buffer;
    server.files.set("/charts/web-1.2.3.tgz", (_, response) => {
      response.writeHead(200, { "content-length": whole.length });
      response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
    });
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("the connection was cut"),
    });
    server.files.set("/charts/web-1.2.3.tgz", whole);
    expect(await sourceOf([server]).resolve(web(server))).toMatchObject({ version: "1.2.3" });
  });

  test("and is not there is named with its reason", async () => {
    const server = await startChartServer();
    await server.stop();
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("nothing listens there"),
    });
  });

  test("whose certificate nobody vouches for is not trusted, and with its authority it is", async () => {
    const authority = createAuthority("an authority for charts");
    const server = await serve({ tls: authority });
    publish(server, [["web", "1.2.3"]]);
    await expect(sourceOf([server]).resolve(web(server))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("is not trusted"),
    });
    expect(await sourceOf([server], { http: { certificateAuthority: authority.certificate } }).resolve(web(server))).toMatchObject({
      version: "1.2.3",
    });
  });
});

test("Helm and we choose the same version, for every kind of range", async () => {
  const programs = await ensureToolboxReference();
  const server = await serve();
  const versions = [
    "0.0.3",
    "0.0.4",
    "0.2.3",
    "0.2.9",
    "0.3.0",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.0",
    "1.2.9",
    "1.10.0",
    "1.11.0-beta.2",
    "2.0.0-alpha",
    "2.0.0",
    "2.3.4",
    "11.1.0",
    "12.0.0-rc.1",
  ];
  publish(
    server,
    versions.map((version) => ["web", version] as const),
  );
  const source = sourceOf([server]);
  const ranges = [
    "",
    "*",
    "1",
    "1.2",
    "1.2.0",
    "1.x",
    "1.2.x",
    "~1",
    "~1.2",
    "~1.2.0",
    "^1",
    "^1.2",
    "^0",
    "^0.2",
    "^0.2.3",
    "^0.0.3",
    "^0.0",
    "~0",
    "~0.0.0",
    "^*",
    "~*",
    ">1",
    ">1.2",
    ">11",
    ">2.0.0",
    "<1",
    "<1.2",
    "<=1",
    "<=1.2",
    ">=2",
    "=>2",
    "=<2",
    "!=12",
    "!=2.3",
    "!=2.3.4 <3",
    ">*",
    "<=*",
    "!=*",
    ">=1.0.0-0",
    ">=1.0.0-0 <2",
    "<2.0.0-0",
    "^1.0.0-0",
    "~1.11.0-0",
    "1.11.0-beta.2",
    ">1.11.0-alpha <2",
    "1.0 - 1.10",
    "1.2.0 - 2.3",
    "0.2.3 - 0.3.0 || 11.x",
    ">=1, <2",
    ">=1,<2",
    ">=1 <2",
    ">= 1 < 2",
    "~> 1.2",
    "v1.2.0",
    "^v1.2",
    "1 || 2",
    "99",
    "1.2.3.4",
    "latest",
    "1.2,,3",
    ">",
    "X",
    "1.X",
    "=1.2.0",
    "= 1.2",
  ];
  const env = { PATH: "/usr/bin:/bin", HOME: cacheFolder, HELM_CACHE_HOME: join(cacheFolder, "helm") };
  const outcomes = [];
  for (const range of ranges) {
    const args = ["show", "chart", "web", "--repo", `${server.url}/charts`, ...(range === "" ? [] : [`--version=${range}`])];
    // Not `runReference`, which would block the server that runs in this very process.
    const theirs = await run(join(programs, "helm"), args, { env, timeout: 20_000 }).catch(() => ({ stdout: "" }));
    const ours = await source.resolve(web(server, range)).catch(() => undefined);
    outcomes.push({ range, ours: ours?.version ?? "refused", theirs: /^version: (.*)$/m.exec(theirs.stdout)?.[1] ?? "refused" });
  }
  expect(outcomes.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
}, 300_000);
