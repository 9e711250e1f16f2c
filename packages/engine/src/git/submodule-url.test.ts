import { describe, expect, test } from "vitest";
import { parseRepositoryOptions } from "./options.ts";
import { parseGitmodules, resolveSubmoduleUrl } from "./submodule-url.ts";

const settingsOf = (url: string) => parseRepositoryOptions({ url, cacheFolder: "/c", allow: ["https", "ssh", "http", "file"] });
const resolve = (declared: string, url: string): string => resolveSubmoduleUrl(declared, url, settingsOf(url));

describe("the URL of a submodule", () => {
  test.each([
    ["../lib.git", "https://host/team/app.git", "https://host/team/lib.git"],
    ["./lib.git", "https://host/team/app.git", "https://host/team/app.git/lib.git"],
    ["../../other/lib", "https://host/team/app.git", "https://host/other/lib"],
    ["https://host/other/lib.git", "https://host/team/app.git", "https://host/other/lib.git"],
    ["../lib.git", "ssh://git@host:2222/team/app.git", "ssh://git@host:2222/team/lib.git"],
    ["../lib.git", "git@host:team/app.git", "git@host:team/lib.git"],
    ["git@host:other/lib.git", "git@host:team/app.git", "git@host:other/lib.git"],
    ["ssh://git@host/other/lib.git", "git@host:team/app.git", "ssh://git@host/other/lib.git"],
  ])("%s of %s is %s", (declared, url, expected) => {
    expect(resolve(declared, url)).toBe(expected);
  });

  test.each([
    ["https://evil/lib.git", "https://host/a.git"],
    ["https://host:8443/lib.git", "https://host/a.git"],
    ["https://host.evil/lib.git", "https://host/a.git"],
    ["http://host/lib.git", "https://host/a.git"],
    ["ssh://git@host/lib.git", "https://host/a.git"],
    ["https://user:hunter2@host/lib.git", "https://host/a.git"],
    ["//evil/lib.git", "https://host/a.git"],
    ["/etc", "https://host/a.git"],
    ["file:///etc", "https://host/a.git"],
    ["ext::sh -c id", "https://host/a.git"],
    ["-u", "https://host/a.git"],
    ["root@host:lib.git", "git@host:a.git"],
    ["git@evil:lib.git", "git@host:a.git"],
    ["../other.git", "/srv/a.git"],
    ["/srv/other.git", "/srv/a.git"],
  ])("%j in %s is refused, and a password in it is not repeated", (declared, url) => {
    expect(() => resolve(declared, url)).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringMatching(/^(?!.*hunter2).*is not followed/s) }),
    );
  });
});

test(".gitmodules is read as Git reads it, and includes nothing", async () => {
  const settings = settingsOf("https://host/a");
  const signal = AbortSignal.timeout(30_000);
  const text =
    '[include]\n\tpath = /etc/gitconfig\n[submodule "a b"]\n\tpath = "vendor/a b" # comment\n\turl = ../a.git\n[submodule "no-url"]\n\tpath = x\n';
  expect([...(await parseGitmodules(Buffer.from(text), settings, signal))]).toEqual([["vendor/a b", "../a.git"]]);
  await expect(parseGitmodules(Buffer.from("[[["), settings, signal)).rejects.toMatchObject({ code: "invalid" });
});
