import { generateKeyPairSync, sign } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Descriptor, cosignTypes, formatSigningPayload, helmTypes, parseOciReference, signatureTag } from "@windlass/core";
import { type RegistryOptions, type TestRegistry, createAuthority, startChartServer, startRegistry } from "@windlass/testbed";
import { ensureToolboxReference } from "@windlass/testbed/toolbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "../archive/blob-cache.ts";
import { createChartSource } from "../helm/chart-source.ts";
import { packChart, smallChart } from "../helm/charts.test-support.ts";
import { createHttpClient } from "../http/http-client.ts";
import type { HttpCredential } from "../http/types.ts";
import { createArtifactSource } from "./artifact-source.ts";
import { manifestType, packArtifact } from "./pack-artifact.ts";
import { pushArtifact, signArtifact } from "./push-artifact.ts";
import { createRegistry } from "./registry.ts";

const run = promisify(execFile);
const authority = createAuthority("an authority for registries");
let shared: TestRegistry;
let cacheFolder: string;
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  shared = await startRegistry();
}, 600_000);
afterAll(() => shared.stop());

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), "windlass-artifacts-"));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
  await rm(cacheFolder, { recursive: true });
});

const start = async (options: RegistryOptions): Promise<TestRegistry> => {
  const registry = await startRegistry(options);
  open.push(registry);
  return registry;
};

interface Access {
  readonly credential?: HttpCredential;
}

const settingsFor = ({ host, url }: Pick<TestRegistry, "host" | "url">, tokenHosts: readonly string[] = []) => ({
  plainHttpHosts: [...(url.startsWith("http:") ? [host] : []), ...tokenHosts],
  certificateAuthority: authority.certificate,
});

const tokenHostsOf = ({ tokens }: TestRegistry): readonly string[] =>
  tokens === undefined ? [] : [new URL((tokens.registryConfiguration as { realm: string }).realm).host];

const writerTo = (registry: TestRegistry, { credential }: Access = {}) => {
  const http = settingsFor(registry, tokenHostsOf(registry));
  const client = createHttpClient(http);
  open.push({ stop: () => client.close() });
  return createRegistry({ client, ...http, credentialFor: () => credential });
};

const artifactsOf = (registry: TestRegistry, { credential }: Access = {}) => {
  const source = createArtifactSource({
    cacheFolder,
    http: settingsFor(registry, tokenHostsOf(registry)),
    credentialFor: () => credential,
  });
  open.push({ stop: () => source.close() });
  return source;
};

const chartsOf = (registry: TestRegistry, { credential }: Access = {}) => {
  const source = createChartSource({ cacheFolder, http: settingsFor(registry, tokenHostsOf(registry)), credentialFor: () => credential });
  open.push({ stop: () => source.close() });
  return source;
};

const filesOf = (text: string) => new Map([["app/web.yaml", Buffer.from(text)]]);
const urlOf = ({ host }: { readonly host: string }, rest: string): string => `oci://${host}/${rest}`;

/** As `helm push`: the chart's facts as config, the archive as layer. */
const pushChart = async (
  registry: TestRegistry,
  repository: string,
  version: string,
  tag = version.replaceAll("+", "_"),
  access: Access = {},
): Promise<string> => {
  const writer = writerTo(registry, access);
  const name = repository.slice(repository.lastIndexOf("/") + 1);
  const reference = parseOciReference(`${urlOf(registry, repository)}:${tag}`);
  const config = await writer.putBlob(reference, Buffer.from(JSON.stringify({ name, version, apiVersion: "v2" })), helmTypes.config);
  const layer = await writer.putBlob(reference, packChart(name, smallChart(name, version)), helmTypes.layers[0]);
  return writer.putManifest(reference, Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [layer] })), manifestType);
};

describe("an artifact", () => {
  test("comes back as it was pushed, with its provenance, under tag, range and digest", async () => {
    const packed = packArtifact(filesOf("a: 1\n"), {
      source: "https://git.example.com/shop",
      revision: "main@sha1:abc",
      created: "2026-01-02T03:04:05Z",
    });
    for (const tag of ["1.0.0", "1.1.0", "2.0.0-rc.1"])
      await pushArtifact(writerTo(shared), parseOciReference(urlOf(shared, `apps/shop:${tag}`)), packed);
    const source = artifactsOf(shared);
    const byTag = await source.resolve({ url: urlOf(shared, "apps/shop:1.0.0") });
    expect(byTag).toMatchObject({
      digest: packed.digest,
      revision: `1.0.0@${packed.digest}`,
      annotations: { "org.opencontainers.image.source": "https://git.example.com/shop" },
    });
    expect(Buffer.from(byTag.files["app/web.yaml"] ?? []).toString()).toBe("a: 1\n");
    expect(await source.resolve({ url: urlOf(shared, "apps/shop"), semver: ">=1" })).toMatchObject({ revision: `1.1.0@${packed.digest}` });
    expect(await source.resolve({ url: urlOf(shared, `apps/shop@${packed.digest}`) })).toMatchObject({ revision: packed.digest });
  });

  test("has the same digest whoever packs it, and another one with other files or another provenance", () => {
    const digest = packArtifact(new Map([...filesOf("a"), ["b", Buffer.from("b")]]), { revision: "1" }).digest;
    expect(packArtifact(new Map([["b", Buffer.from("b")] as const, ...filesOf("a")]), { revision: "1" }).digest).toBe(digest);
    expect(packArtifact(new Map([...filesOf("a"), ["b", Buffer.from("c")]]), { revision: "1" }).digest).not.toBe(digest);
    expect(packArtifact(new Map([...filesOf("a"), ["b", Buffer.from("b")]]), { revision: "2" }).digest).not.toBe(digest);
  });

  test("with several layers gives the one whose type is named", async () => {
    const reference = parseOciReference(urlOf(shared, "apps/layers:1.0.0"));
    const writer = writerTo(shared);
    const layers: Descriptor[] = [];
    for (const [type, text] of [
      ["application/vnd.cncf.flux.content.v1.tar+gzip", "flux"],
      ["application/x.other.tar+gzip", "other"],
    ] as const)
      layers.push(await writer.putBlob(reference, packArtifact(filesOf(text)).blobs[1]?.content ?? Buffer.alloc(0), type));
    const config = await writer.putBlob(reference, Buffer.from("{}"), "application/vnd.cncf.flux.config.v1+json");
    await writer.putManifest(
      reference,
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers })),
      manifestType,
    );
    const url = urlOf(shared, "apps/layers:1.0.0");
    const { files } = await artifactsOf(shared).resolve({ url, layerMediaType: "application/vnd.cncf.flux.content.v1.tar+gzip" });
    expect(Buffer.from(files["app/web.yaml"] ?? []).toString()).toBe("flux");
    await expect(artifactsOf(shared).resolve({ url })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("2 layers"),
    });
  });

  test.each([
    ["a repository that is not there", "none/such:1"],
    ["a tag that is not there", "apps/shop:9.9.9"],
  ])("is not found for %s", async (_, rest) => {
    await expect(artifactsOf(shared).resolve({ url: urlOf(shared, rest) })).rejects.toMatchObject({ code: "not_found" });
  });

  test("of a registry with more tags than a page holds is found on the last page", async () => {
    const writer = writerTo(shared);
    const packed = packArtifact(filesOf("many"));
    const reference = parseOciReference(urlOf(shared, "apps/many:0.0.0"));
    await pushArtifact(writer, reference, packed);
    // The registry gives at most 1,000 tags at once.
    for (let from = 0; from < 1050; from += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          writer.putManifest({ ...reference, tag: `1.0.${from + index}` }, packed.manifest, manifestType),
        ),
      );
    expect(await artifactsOf(shared).resolve({ url: urlOf(shared, "apps/many"), semver: "^1" })).toMatchObject({
      revision: `1.0.1049@${packed.digest}`,
    });
  });
});

describe("a chart in a registry", () => {
  test("that Helm itself has packed and pushed is read by us", async () => {
    const programs = await ensureToolboxReference();
    for (const [path, content] of Object.entries(smallChart("pushed", "1.4.0+build.1", { files: { "values.yaml": "a: 1\n" } }))) {
      await mkdir(dirname(join(cacheFolder, "chart", path)), { recursive: true });
      await writeFile(join(cacheFolder, "chart", path), content);
    }
    const helm = (...args: readonly string[]) =>
      run(join(programs, "helm"), args, { cwd: cacheFolder, env: { PATH: "/usr/bin:/bin", HOME: cacheFolder } });
    await helm("package", "chart");
    await helm("push", "pushed-1.4.0+build.1.tgz", urlOf(shared, "helm"), "--plain-http");
    const chart = await chartsOf(shared).resolve({ repository: urlOf(shared, "helm"), chart: "pushed", version: "^1.4" });
    expect(chart).toMatchObject({
      version: "1.4.0+build.1",
      files: { "values.yaml": expect.any(Uint8Array), "templates/settings.yaml": expect.any(Uint8Array) },
    });
  });

  test("is resolved by version, by range and by revision, with + in its version", async () => {
    for (const version of ["1.0.0", "1.2.0+build.5", "2.0.0-beta"]) await pushChart(shared, "charts/web", version);
    const charts = chartsOf(shared);
    const request = { repository: urlOf(shared, "charts"), chart: "web" };
    const chart = await charts.resolve({ ...request, version: "^1" });
    expect(chart).toMatchObject({ name: "web", version: "1.2.0+build.5", files: { "Chart.yaml": expect.any(Uint8Array) } });
    expect(await charts.resolve({ ...request, version: "1.0.0" })).toMatchObject({ version: "1.0.0" });
    expect(await charts.resolve({ ...request, version: chart.revision })).toMatchObject({ revision: chart.revision });
    expect(await charts.resolve({ ...request, version: ">=2.0.0-0" })).toMatchObject({ version: "2.0.0-beta" });
    await expect(charts.resolve({ ...request, version: "^3" })).rejects.toMatchObject({
      code: "not_found",
      remedy: expect.stringContaining("1.0.0"),
    });
  });

  test("is refused when its tag says another version than the chart", async () => {
    await pushChart(shared, "charts/liar", "1.0.0", "9.0.0");
    await expect(chartsOf(shared).resolve({ repository: urlOf(shared, "charts"), chart: "liar", version: "9.0.0" })).rejects.toThrow(
      "its Chart.yaml says version 1.0.0",
    );
  });

  test("is no chart when it is another kind of artifact", async () => {
    await pushArtifact(writerTo(shared), parseOciReference(urlOf(shared, "charts/files:1.0.0")), packArtifact(filesOf("x")));
    await expect(chartsOf(shared).resolve({ repository: urlOf(shared, "charts"), chart: "files", version: "1.0.0" })).rejects.toThrow(
      "is no Helm chart",
    );
  });
});

describe("a registry that wants to know who asks", () => {
  test.each(["basic", "token"] as const)("by %s, over TLS, lets the right one in and tells the wrong one so", async (auth) => {
    const registry = await start({ auth, tls: authority });
    const credential = { kind: "basic", ...registry.user } as const;
    await pushChart(registry, "charts/web", "1.0.0", "1.0.0", { credential });
    const request = { repository: urlOf(registry, "charts"), chart: "web" };
    expect(await chartsOf(registry, { credential }).resolve(request)).toMatchObject({ version: "1.0.0" });
    await expect(chartsOf(registry).resolve(request)).rejects.toMatchObject({ code: "unauthorized" });
    const failure = await chartsOf(registry, { credential: { ...credential, password: "sardine" } })
      .resolve(request)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify(failure)).not.toContain("sardine");
  });

  test("by token is asked for one token per scope, and takes what a login has left", async () => {
    const registry = await start({ auth: "token" });
    const token = registry.tokens?.identityToken ?? "";
    await pushChart(registry, "public/web", "1.0.0", "1.0.0", { credential: { kind: "token", token } });
    const before = registry.tokens?.asked.length ?? 0;
    // Nobody in particular may pull what is public.
    expect(await chartsOf(registry).resolve({ repository: urlOf(registry, "public"), chart: "web" })).toMatchObject({ version: "1.0.0" });
    expect(registry.tokens?.asked.slice(before)).toEqual(["repository:public/web:pull"]);
  });

  test("whose certificate nobody vouches for is not trusted", async () => {
    const registry = await start({ tls: createAuthority("another authority") });
    await expect(artifactsOf(registry).resolve({ url: urlOf(registry, "a:1") })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("is not trusted"),
    });
  });
});

describe("a registry that misbehaves", () => {
  // The real one cannot be made to lie.
  const lie = async (layerBytes: Buffer, sent: Buffer) => {
    const server = await startChartServer();
    open.push(server);
    const layer = { mediaType: "application/x", digest: digestOf(layerBytes), size: layerBytes.length };
    const manifest = JSON.stringify({ schemaVersion: 2, config: layer, layers: [layer] });
    server.files.set("/v2/apps/a/manifests/1", manifest);
    server.files.set(`/v2/apps/a/blobs/${layer.digest}`, sent);
    return { server, layer, manifest };
  };
  const sourceOf = (server: { readonly host: string; readonly url: string }) =>
    artifactsOf({ ...server, tokens: undefined } as unknown as TestRegistry);

  test.each([
    ["another content of the same size", Buffer.from("abc"), Buffer.from("abd"), "is not what its digest says"],
    ["more than it said", Buffer.from("abc"), Buffer.alloc(1000), "is larger than 3 bytes"],
  ])("and sends %s is found out", async (_, layer, sent, why) => {
    const { server } = await lie(layer, sent);
    await expect(sourceOf(server).resolve({ url: urlOf(server, "apps/a:1") })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(why),
    });
  });

  test("and gives another manifest for a digest is found out", async () => {
    const { server, manifest } = await lie(Buffer.from("abc"), Buffer.from("abc"));
    const wanted = digestOf(Buffer.from("another"));
    server.files.set(`/v2/apps/a/manifests/${wanted}`, manifest);
    await expect(sourceOf(server).resolve({ url: urlOf(server, `apps/a@${wanted}`) })).rejects.toThrow("is not what its digest says");
  });

  test("and sends its blobs' readers to another host does not make them bring their credential", async () => {
    const content = Buffer.from(packArtifact(filesOf("x")).blobs[1]?.content ?? []);
    const { server, layer } = await lie(content, content);
    const store = await startChartServer();
    open.push(store);
    store.files.set("/blob", content);
    server.files.set(`/v2/apps/a/blobs/${layer.digest}`, (request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
      else response.writeHead(307, { location: `${store.url}/blob` }).end();
    });
    const http = { plainHttpHosts: [server.host, store.host] };
    const source = createArtifactSource({
      cacheFolder,
      http,
      credentialFor: () => ({ kind: "basic", username: "ada", password: "swordfish" }),
    });
    expect(await source.resolve({ url: urlOf(server, "apps/a:1") })).toMatchObject({ files: { "app/web.yaml": expect.any(Uint8Array) } });
    await source.close();
    expect(server.seen.some(({ authorization }) => authorization?.startsWith("Basic "))).toBe(true);
    expect(store.seen).toEqual([{ path: "/blob", authorization: undefined, status: 200 }]);
  });
});

describe("a signature", () => {
  const pairOf = () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
      privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  };
  const [ours, theirs] = [pairOf(), pairOf()];

  const push = async (name: string) => {
    const packed = packArtifact(filesOf(name));
    const reference = parseOciReference(urlOf(shared, `signed/${name}:1.0.0`));
    await pushArtifact(writerTo(shared), reference, packed);
    return { reference, digest: packed.digest, url: urlOf(shared, `signed/${name}:1.0.0`) };
  };
  const resolve = (url: string, ...trustedKeys: readonly string[]) => artifactsOf(shared).resolve({ url, trustedKeys });

  test("by a trusted key lets the artifact through and says which key it was", async () => {
    const { reference, digest, url } = await push("good");
    await signArtifact(writerTo(shared), { reference, digest, privateKey: ours.privatePem });
    expect(await resolve(url, theirs.publicPem, ours.publicPem)).toMatchObject({
      verified: { key: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
  });

  test("by another key does not, and neither does none at all", async () => {
    const { reference, digest, url } = await push("others");
    await expect(resolve(url, ours.publicPem)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("is not signed"),
    });
    await signArtifact(writerTo(shared), { reference, digest, privateKey: theirs.privatePem });
    await expect(resolve(url, ours.publicPem)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("by none of the trusted keys"),
    });
  });

  test("that was made for another artifact does not, though key and signature are good", async () => {
    const [good, evil] = [await push("original"), await push("replacement")];
    const writer = writerTo(shared);
    await signArtifact(writer, { ...good, privateKey: ours.privatePem });
    const payload = Buffer.from(formatSigningPayload(good.digest, "x"));
    const layer = await writer.putBlob(evil.reference, payload, cosignTypes.payload);
    const config = await writer.putBlob(evil.reference, Buffer.from("{}"), "application/vnd.oci.image.config.v1+json");
    const signature = sign("sha256", payload, ours.privatePem).toString("base64");
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: [{ ...layer, annotations: { "dev.cosignproject.cosign/signature": signature } }],
    };
    await writer.putManifest({ ...evil.reference, tag: signatureTag(evil.digest) }, Buffer.from(JSON.stringify(manifest)), manifestType);
    await expect(resolve(evil.url, ours.publicPem)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("in a bundle that refers to the artifact counts where the registry can list such", async () => {
    const server = await startChartServer();
    open.push(server);
    const packed = packArtifact(filesOf("bundle"));
    const layer = { content: packed.blobs[1]?.content ?? Buffer.alloc(0) };
    const serveBundle = (subject: string): void => {
      const statement = Buffer.from(
        JSON.stringify({ predicateType: "https://sigstore.dev/cosign/sign/v1", subject: [{ digest: { sha256: subject.slice(7) } }] }),
      );
      const covered = Buffer.concat([
        Buffer.from(`DSSEv1 ${cosignTypes.statement.length} ${cosignTypes.statement} ${statement.length} `),
        statement,
      ]);
      const envelope = {
        payloadType: cosignTypes.statement,
        payload: statement.toString("base64"),
        signatures: [{ sig: sign("sha256", covered, ours.privatePem).toString("base64") }],
      };
      const bundle = Buffer.from(JSON.stringify({ mediaType: cosignTypes.bundle, dsseEnvelope: envelope }));
      const blob = { mediaType: cosignTypes.bundle, digest: digestOf(bundle), size: bundle.length };
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: blob, layers: [blob] }));
      server.files.set(`/v2/a/blobs/${blob.digest}`, bundle);
      server.files.set(`/v2/a/manifests/${digestOf(manifest)}`, manifest);
      const listed = { mediaType: manifestType, digest: digestOf(manifest), size: manifest.length, artifactType: cosignTypes.bundle };
      server.files.set(`/v2/a/referrers/${packed.digest}`, JSON.stringify({ manifests: [listed] }));
    };
    server.files.set("/v2/a/manifests/1", packed.manifest);
    server.files.set(`/v2/a/blobs/${digestOf(layer.content)}`, layer.content);
    const source = createArtifactSource({ cacheFolder, http: { plainHttpHosts: [server.host] } });
    open.push({ stop: () => source.close() });
    const request = { url: urlOf(server, "a:1"), trustedKeys: [ours.publicPem] };
    serveBundle(packed.digest);
    expect(await source.resolve(request)).toMatchObject({ verified: { key: expect.any(String) } });
    serveBundle(digestOf(Buffer.from("another")));
    await expect(source.resolve(request)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("with a key that is none is refused before anything is asked", async () => {
    const { url } = await push("key");
    await expect(resolve(url, "no key")).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("trusted key 1") });
  });
});
