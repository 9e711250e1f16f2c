import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseChallenges } from "./challenge.ts";
import { findSignedDigest, findStatement, formatSigningPayload, isStatementAbout } from "./cosign.ts";
import { getLayer, parseManifest } from "./manifest.ts";
import { formatOciReference, parseOciReference, tagToVersion, versionToTag } from "./reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("a reference", () => {
  test.each([
    ["oci://ghcr.io/org/charts/web", { registry: "ghcr.io", repository: "org/charts/web" }],
    ["oci://127.0.0.1:5000/web:1.2.3", { registry: "127.0.0.1:5000", repository: "web", tag: "1.2.3" }],
    ["oci://ghcr.io/web:1.2.3+build", { registry: "ghcr.io", repository: "web", tag: "1.2.3_build" }],
    [`oci://ghcr.io/web@${digest}`, { registry: "ghcr.io", repository: "web", digest }],
    [`oci://[::1]:5000/web:a@${digest}`, { registry: "[::1]:5000", repository: "web", tag: "a", digest }],
  ])("%s is read, and written again the same", (text, reference) => {
    expect(parseOciReference(text)).toEqual(reference);
    expect(parseOciReference(formatOciReference(parseOciReference(text)))).toEqual(reference);
  });

  test.each([
    "https://ghcr.io/web",
    "oci://ghcr.io",
    "oci://ghcr.io/",
    "oci://ghcr.io/Web",
    "oci://ghcr.io/../web",
    "oci://ghcr.io/a//b",
    "oci://ghcr.io/web:",
    "oci://ghcr.io/web:a b",
    "oci://ghcr.io/web@sha256:abc",
    `oci://ghcr.io/web@sha512:${"a".repeat(128)}`,
    "oci://host#x/web",
    "oci://host?x/web",
  ])("that is none is refused: %s", (text) => {
    expect(() => parseOciReference(text)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("with a password is refused, and the password is not repeated", () => {
    const parse = () => parseOciReference("oci://ada:swordfish@ghcr.io/web");
    expect(parse).toThrow("holds a user or a password");
    expect(parse).not.toThrow("swordfish");
  });
});

test("a version and its tag are two spellings of one thing", () => {
  const version = fc.stringMatching(/^\d\.\d\.\d(-[a-z0-9.]{1,5})?(\+[a-z0-9.]{1,5})?$/);
  fc.assert(
    fc.property(version, (text) => {
      expect(tagToVersion(versionToTag(text))).toBe(text);
    }),
  );
});

describe("a challenge", () => {
  test.each([
    ["Basic realm=windlass", [{ scheme: "basic", parameters: { realm: "windlass" } }]],
    [
      'Bearer realm="https://auth.example.com/token",service="reg, one",scope="repository:a/b:pull,push"',
      [
        {
          scheme: "bearer",
          parameters: { realm: "https://auth.example.com/token", service: "reg, one", scope: "repository:a/b:pull,push" },
        },
      ],
    ],
    [
      String.raw`Basic realm="a \"quoted\" one", Bearer realm="x"`,
      [
        { scheme: "basic", parameters: { realm: 'a "quoted" one' } },
        { scheme: "bearer", parameters: { realm: "x" } },
      ],
    ],
    ["Negotiate", [{ scheme: "negotiate", parameters: {} }]],
    ["", []],
    ['realm="x"', []],
  ])("is read: %s", (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });

  test("that is anything at all is read without an error and in no time", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (header) => {
        expect(Array.isArray(parseChallenges(header))).toBe(true);
      }),
    );
    const began = performance.now();
    parseChallenges(`Bearer ${'a="'.repeat(100_000)}`);
    parseChallenges(`Bearer a="${"\\".repeat(100_000)}`);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("a manifest", () => {
  const descriptor = { mediaType: "application/x", digest, size: 3 };
  const manifestOf = (more: object) => JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [descriptor], ...more });

  test("gives config, layers and annotations", () => {
    expect(parseManifest(manifestOf({ annotations: { a: "b", c: 1 } }), "it")).toEqual({
      config: descriptor,
      layers: [descriptor],
      annotations: { a: "b" },
    });
  });

  test.each([
    ["no JSON", "<html>", "no JSON object"],
    ["an index of several platforms", JSON.stringify({ manifests: [] }), "an index of several artifacts"],
    ["without layers", manifestOf({ layers: null }), "no layers"],
    ["with a size that is none", manifestOf({ layers: [{ ...descriptor, size: -1 }] }), "no size"],
    ["with a digest that nobody checks", manifestOf({ layers: [{ ...descriptor, digest: "md5:abc" }] }), "no SHA-256 digest"],
  ])("is refused that is %s", (_, text, why) => {
    expect(() => parseManifest(text, "oci://host/it")).toThrow(`oci://host/it cannot be used: `);
    expect(() => parseManifest(text, "oci://host/it")).toThrow(why);
  });

  test("with several layers wants to be told which one, and the message names them", () => {
    const manifest = parseManifest(manifestOf({ layers: [descriptor, { ...descriptor, mediaType: "application/y" }] }), "it");
    expect(getLayer(manifest, ["application/y"], "it")).toMatchObject({ mediaType: "application/y" });
    expect(() => getLayer(manifest, [], "it")).toThrow("2 layers (application/x, application/y)");
    expect(() => getLayer(manifest, ["application/z"], "it")).toThrow("one layer of the type application/z");
  });
});

describe("a signature's payload", () => {
  test("says which digest was signed", () => {
    expect(findSignedDigest(formatSigningPayload(digest, "host/it"))).toBe(digest);
  });

  test.each(["", "null", "[]", "{}", '{"critical":{"image":{"docker-manifest-digest":"sha256:a"},"type":"other"}}'])(
    "that is something else says none: %s",
    (text) => {
      expect(findSignedDigest(text)).toBeUndefined();
    },
  );

  test("in a bundle is found, and its statement is about its subject only", () => {
    const statement = JSON.stringify({
      predicateType: "https://sigstore.dev/cosign/sign/v1",
      subject: [{ digest: { sha256: digest.slice(7) } }],
    });
    const bundle = JSON.stringify({ dsseEnvelope: { payloadType: "t", payload: "cA==", signatures: [{ sig: "cw==" }, {}] } });
    expect(findStatement(bundle)).toEqual({ payloadType: "t", payload: "cA==", signatures: ["cw=="] });
    expect(findStatement("{}")).toBeUndefined();
    expect(isStatementAbout(statement, digest)).toBe(true);
    expect(isStatementAbout(statement, `sha256:${"f".repeat(64)}`)).toBe(false);
    expect(isStatementAbout(statement.replace("cosign/sign", "other"), digest)).toBe(false);
  });
});
