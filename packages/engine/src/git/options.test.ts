import { describe, expect, test } from "vitest";
import { parseRepositoryOptions } from "./options.ts";

const parse = (url: string, allow?: readonly ("https" | "ssh" | "http" | "file")[]) =>
  parseRepositoryOptions({ url, cacheFolder: "/c", ...(allow === undefined ? {} : { allow }) });

describe("the URL of a repository", () => {
  test.each([
    ["https://host/a.git", "https"],
    ["ssh://git@host:2222/a.git", "ssh"],
    ["git@host:team/a.git", "ssh"],
  ])("%s is spoken to by %s", (url, protocol) => {
    expect(parse(url)).toMatchObject({ url, protocol, allow: ["https", "ssh"] });
  });

  test.each([
    "http://host/a",
    "file:///etc",
    "/etc",
    "git://host/a",
    "ext::sh -c id",
    "--upload-pack=id",
    "-oProxyCommand=id@host:a",
    "host",
    "",
    "git@-oProxyCommand=x:a",
    "ssh://-oProxyCommand=id/a",
    "ssh://git@-x/a",
    "git@host:",
    "ftp://host/a",
    "javascript:1",
  ])("%j is refused unless it is asked for", (url) => {
    expect(() => parse(url)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("with a password in it is refused, and the password is not repeated", () => {
    expect(() => parse("https://user:hunter2@host/a")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
    expect(() => parse("https://token@host/a")).toThrow(/holds a user or a password/);
    expect(() => parse("ssh://git:hunter2@host/a")).toThrow(/holds a user or a password/);
  });

  test("of a protocol that was asked for is allowed", () => {
    expect(parse("http://127.0.0.1:1/a", ["http"]).protocol).toBe("http");
    expect(parse("/srv/a.git", ["file"]).protocol).toBe("file");
  });
});
