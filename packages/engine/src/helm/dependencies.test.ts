import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { WindlassError } from "@windlass/core";
import { ensureToolboxReference } from "@windlass/testbed/toolbox";
import { describe, expect, test } from "vitest";
import { chartFiles, smallChart } from "./charts.test-support.ts";
import { resolveChartDependencies } from "./dependencies.ts";
import type { ChartFiles, ChartRequest } from "./types.ts";

/** Gives any chart that is asked for, and remembers what that was. */
const fetcher = () => {
  const asked: ChartRequest[] = [];
  const fetch = async (request: ChartRequest) => {
    asked.push(request);
    const version = (request.version ?? "").replace(/[^0-9.]/g, "") || "1.0.0";
    return { name: request.chart, version, digest: "sha256:0", revision: "", files: smallChart(request.chart, version) };
  };
  return { asked, fetch };
};

const resolve = (files: ChartFiles, folder = "", fetch = fetcher().fetch) => resolveChartDependencies({ files, folder, fetch });

const dependsOn = (...lines: readonly string[]): string => `dependencies:\n${lines.map((line) => `- ${line}\n`).join("")}`;
const repository = "https://charts.example.com/stable";

describe("dependencies", () => {
  test("are fetched into charts/, each once however often an alias names it", async () => {
    const { asked, fetch } = fetcher();
    const chart = dependsOn(
      `{name: db, version: 1.2.3, repository: "${repository}", alias: first}`,
      `{name: db, version: 1.2.3, repository: "${repository}", alias: second}`,
    );
    const files = await resolve(smallChart("web", "1.0.0", { chart }), "", fetch);
    expect(Object.keys(files).filter((path) => path.startsWith("charts/"))).toEqual(["charts/db-1.2.3.tgz"]);
    expect(asked).toEqual([{ repository, chart: "db", version: "1.2.3" }]);
  });

  test("that are in charts/ already, as folder or packed, are left as they are", async () => {
    const { asked, fetch } = fetcher();
    const chart = dependsOn(
      `{name: db, version: ^1, repository: "${repository}"}`,
      `{name: cache, version: ^1, repository: "${repository}"}`,
    );
    const files = smallChart("web", "1.0.0", {
      chart,
      files: { "charts/db/Chart.yaml": "name: db\n", "charts/cache-1.5.0.tgz": "packed" },
    });
    expect(await resolve(files, "", fetch)).toEqual(files);
    expect(asked).toEqual([]);
  });

  test("of the same source are taken from there, with their own dependencies, and only the chart's folder comes out", async () => {
    const files = {
      ...Object.fromEntries(
        Object.entries(smallChart("web", "1.0.0", { chart: dependsOn('{name: lib, version: ^2, repository: "file://../lib"}') })).map(
          ([path, content]) => [`charts/web/${path}`, content],
        ),
      ),
      ...Object.fromEntries(
        Object.entries(smallChart("lib", "2.1.0", { chart: dependsOn(`{name: db, version: 1.0.0, repository: "${repository}"}`) })).map(
          ([path, content]) => [`charts/lib/${path}`, content],
        ),
      ),
    };
    const { asked, fetch } = fetcher();
    const resolved = await resolve(files, "charts/web", fetch);
    expect(Object.keys(resolved).toSorted()).toEqual(["Chart.yaml", "charts/lib-2.1.0.tgz", "templates/settings.yaml"]);
    expect(asked).toMatchObject([{ chart: "db" }]);
  });

  test.each([
    ["leaves the source", "file://../../etc", "leads out of the source"],
    ["is absolute", "file:///etc", "leads out of the source"],
    ["leads to itself", "file://.", "leads back to a chart that needs it"],
    ["leads to nothing", "file://lib", "there is no chart at"],
    ["is an alias of somebody's machine", "@stable", "by the alias @stable"],
    ["is not said", "", "has no repository"],
  ])("are refused whose repository %s", async (_, place, why) => {
    const files = smallChart("web", "1.0.0", { chart: dependsOn(`{name: web, version: "*", repository: "${place}"}`) });
    await expect(resolve(files)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining(why) });
  });

  test("of the same source are refused when another version lies there", async () => {
    const chart = dependsOn('{name: lib, version: ^3, repository: "file://lib"}');
    const files = smallChart("web", "1.0.0", { chart, files: { "lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 2.0.0\n" } });
    await expect(resolve(files)).rejects.toThrow("at file://lib lies lib 2.0.0");
  });

  test("that cannot be fetched say so", async () => {
    const fetch = () => Promise.reject(new WindlassError({ code: "not_found", message: "gone", remedy: "" }));
    await expect(
      resolve(smallChart("web", "1.0.0", { chart: dependsOn(`{name: db, version: 1.0.0, repository: "${repository}"}`) }), "", fetch),
    ).rejects.toThrow("gone");
  });
});

describe("a lock", () => {
  const chart = dependsOn(
    '{name: lib, version: ">=1 <3", repository: "file://lib", condition: "lib.enabled", tags: [a, b], import-values: [{child: x, parent: y}, data]}',
  );
  const sources = { "lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 2.0.0\n" };

  /** What Helm itself writes. */
  const lockOf = async (files: ChartFiles): Promise<string> => {
    const programs = await ensureToolboxReference();
    const root = mkdtempSync(join(tmpdir(), "windlass-lock-"));
    try {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      execFileSync(join(programs, "helm"), ["dependency", "update", root], { env: { PATH: "/usr/bin:/bin", HOME: root }, stdio: "pipe" });
      expect(readdirSync(join(root, "charts"))).toEqual(["lib-2.0.0.tgz"]);
      return execFileSync("cat", [join(root, "Chart.lock")]).toString();
    } finally {
      rmSync(root, { recursive: true });
    }
  };

  test("that Helm wrote is accepted, and one that belongs to other dependencies is not", async () => {
    const lock = await lockOf(smallChart("web", "1.0.0", { chart, files: sources }));
    const files = (text: string) => smallChart("web", "1.0.0", { chart: text, files: { ...sources, "Chart.lock": lock } });
    expect(Object.keys(await resolve(files(chart)))).toContain("charts/lib-2.0.0.tgz");
    await expect(resolve(files(chart.replace("lib.enabled", "lib.on")))).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("the lock of chart web does not belong"),
    });
  });

  test("decides which version is fetched", async () => {
    const { asked, fetch } = fetcher();
    const text = JSON.stringify([[{ name: "db", version: "^1", repository }], [{ name: "db", version: "1.4.2", repository }]]);
    const { createHash } = await import("node:crypto");
    const lock = `dependencies:\n- {name: db, version: 1.4.2, repository: "${repository}"}\ndigest: sha256:${createHash("sha256").update(text).digest("hex")}\n`;
    const files = smallChart("web", "1.0.0", {
      chart: dependsOn(`{name: db, version: ^1, repository: "${repository}"}`),
      files: { "Chart.lock": lock },
    });
    await resolve(files, "", fetch);
    expect(asked).toMatchObject([{ version: "1.4.2" }]);
  });
});

test("a source without a chart is told as such", async () => {
  await expect(resolve(chartFiles({ "a.yaml": "" }))).rejects.toThrow("holds no Chart.yaml");
});
