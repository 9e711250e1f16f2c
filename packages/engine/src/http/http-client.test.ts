import { type ChartServer, startChartServer } from "@windlass/testbed";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HttpClient, createHttpClient } from "./http-client.ts";
import { followRedirect, isPrivateAddress } from "./redirect.ts";

describe("a redirect", () => {
  const follow = (location: string | undefined) =>
    followRedirect({
      from: new URL("https://charts.example.com/a/index.yaml"),
      location,
      plainHttpHosts: ["127.0.0.1:5000"],
      subject: "it",
    }).href;

  test.each([
    ["../b", "https://charts.example.com/b"],
    ["https://cdn.example.com/x", "https://cdn.example.com/x"],
    ["//cdn.example.com/x", "https://cdn.example.com/x"],
    ["http://127.0.0.1:5000/x", "http://127.0.0.1:5000/x"],
  ])("to %s is followed", (location, url) => {
    expect(follow(location)).toBe(url);
  });

  test.each([
    ["to plain http", "http://cdn.example.com/x", "only https is followed"],
    ["to another protocol", "file:///etc/passwd", "only https is followed"],
    ["with a password", "https://ada:swordfish@cdn.example.com/", "a URL with a password"],
    ["to nowhere", undefined, "without saying where to"],
    ["to what is no URL", "https://", "without saying where to"],
  ])("%s is refused", (_, location, why) => {
    expect(() => follow(location)).toThrow(why);
    expect(() => follow(location)).not.toThrow("swordfish");
  });
});

test.each([
  ["127.0.0.1", true],
  ["10.1.2.3", true],
  ["172.16.0.1", true],
  ["172.32.0.1", false],
  ["192.168.1.1", true],
  ["169.254.169.254", true],
  ["100.64.0.1", true],
  ["0.0.0.0", true],
  ["8.8.8.8", false],
  ["::1", true],
  ["::", true],
  ["fe80::1", true],
  ["fd00:ec2::254", true],
  ["2606:4700::1111", false],
  ["::ffff:10.0.0.1", true],
  ["::ffff:8.8.8.8", false],
])("%s lies in a private network: %s", (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});

describe("what a public repository points at", () => {
  let server: ChartServer;
  let client: HttpClient;

  beforeEach(async () => {
    server = await startChartServer();
    server.files.set("/secret", "internal");
    client = createHttpClient({ plainHttpHosts: [server.host, server.host.replace("127.0.0.1", "localhost")] });
  });
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  const get = (url: string, repository?: string) =>
    client.request({
      url: new URL(url),
      bytesMax: 100,
      subject: "it",
      ...(repository === undefined ? {} : { repository: new URL(repository) }),
    });

  test.each(["127.0.0.1", "localhost"])("must not lie in the network around us: %s is not even connected to", async (host) => {
    const url = `${server.url.replace("127.0.0.1", host)}/secret`;
    await expect(get(url, "https://8.8.8.8/charts")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("lies in a private network"),
    });
    expect(server.seen).toEqual([]);
  });

  test("may lie there when the repository does, too", async () => {
    expect(await get(`${server.url}/secret`, "https://10.1.2.3/charts")).toMatchObject({ status: 200 });
    expect((await get(`${server.url}/secret`)).body.toString()).toBe("internal");
  });
});
