import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { ensureToolbox } from "@windlass/testbed/toolbox";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { containing } from "./matchers.test-support.ts";
import type { ToolboxOptions } from "./options.ts";
import { renderHelm, type HelmRender } from "./render-helm.ts";
import { createToolbox, type CallToolboxOptions, type Toolbox } from "./toolbox.ts";

let directory: string;

beforeAll(async () => {
  directory = await ensureToolbox();
}, 900_000);

/** A toolbox that is closed, and whose processes are gone, when the test is over. */
const withToolbox = async (options: Partial<ToolboxOptions>, use: (toolbox: Toolbox) => Promise<void>): Promise<void> => {
  const toolbox = createToolbox({ directory, role: "render", size: 1, ...options });
  try {
    await use(toolbox);
  } finally {
    const { pids } = toolbox.stats();
    await toolbox.close();
    expect(pids.filter(isAlive)).toEqual([]);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const render = (toolbox: Toolbox, template: string, options?: CallToolboxOptions): Promise<HelmRender> =>
  renderHelm(
    toolbox,
    {
      files: { "Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "templates/a.yaml": template },
      releaseName: "r",
      namespace: "n",
    },
    options,
  );

const loop = "a: |\n{{- range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}";
const textOf = ({ manifests }: HelmRender): string | undefined => manifests[0]?.text;

describe("the pool", () => {
  test("never starts more processes than it may, and answers everybody with their own result", () =>
    withToolbox({ size: 2 }, async (toolbox) => {
      const texts = await Promise.all(Array.from({ length: 50 }, async (_, i) => textOf(await render(toolbox, `a: ${i}`))));
      expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => `a: ${i}`));
      expect(toolbox.stats()).toMatchObject({ running: 2, busy: 0, waiting: 0, started: 2 });
    }));

  test("replaces a process that was killed, and goes on", () =>
    withToolbox({}, async (toolbox) => {
      await render(toolbox, "a: 1");
      const [pid] = toolbox.stats().pids;
      const stuck = render(toolbox, loop);
      if (pid !== undefined) process.kill(pid, "SIGKILL");
      await expect(stuck).rejects.toMatchObject({ code: "unavailable", message: "the process of helm was ended by SIGKILL" });
      expect(textOf(await render(toolbox, "a: 2"))).toBe("a: 2");
      expect(toolbox.stats().started).toBe(2);
    }));

  test("kills a process that cannot even be asked to stop", () =>
    withToolbox({}, async (toolbox) => {
      await render(toolbox, "a: 1");
      const [pid] = toolbox.stats().pids;
      if (pid !== undefined) process.kill(pid, "SIGSTOP");
      await expect(render(toolbox, "a: 1", { deadlineMs: 100 })).rejects.toMatchObject({
        code: "timeout",
        message: containing("its process was killed"),
      });
      expect(textOf(await render(toolbox, "a: 2"))).toBe("a: 2");
    }));

  test("replaces a process after the number of requests it is good for", () =>
    withToolbox({ requestsMax: 3 }, async (toolbox) => {
      for (let i = 0; i < 7; i++) await render(toolbox, `a: ${i}`);
      expect(toolbox.stats().started).toBe(3);
    }));

  test("replaces a process that holds too much memory", () =>
    withToolbox({ residentMaxMib: 1 }, async (toolbox) => {
      await render(toolbox, "a: 1");
      await render(toolbox, "a: 2");
      expect(toolbox.stats().started).toBe(2);
    }));

  test("refuses what would wait behind too many", () =>
    withToolbox({ waitingMax: 1 }, async (toolbox) => {
      const first = render(toolbox, "a: 1");
      const second = render(toolbox, "a: 2");
      await expect(render(toolbox, "a: 3")).rejects.toMatchObject({
        code: "unavailable",
        message: "1 requests already wait for the toolbox",
      });
      expect([textOf(await first), textOf(await second)]).toEqual(["a: 1", "a: 2"]);
    }));

  test("lets go of a caller whose signal fires, running or waiting, and serves the next", () =>
    withToolbox({}, async (toolbox) => {
      await render(toolbox, "a: 1");
      const reason = new Error("a newer revision came");
      const abort = new AbortController();
      const running = render(toolbox, loop, { signal: abort.signal });
      const waiting = render(toolbox, "a: 1", { signal: abort.signal });
      const patient = render(toolbox, "a: 2");
      abort.abort(reason);
      await expect(running).rejects.toBe(reason);
      await expect(waiting).rejects.toBe(reason);
      expect(textOf(await patient)).toBe("a: 2");
      await expect(render(toolbox, "a: 3", { signal: abort.signal })).rejects.toBe(reason);
      expect(toolbox.stats()).toMatchObject({ busy: 0, waiting: 0 });
    }));

  test("refuses everything once it is closed, also who waits", async () => {
    const toolbox = createToolbox({ directory, role: "render", size: 1 });
    const running = render(toolbox, "a: 1");
    const waiting = render(toolbox, "a: 2").catch((error: unknown) => error);
    await toolbox.close();
    expect(await waiting).toMatchObject({ code: "unavailable", message: "the toolbox was closed" });
    expect(textOf(await running)).toBe("a: 1");
    await expect(render(toolbox, "a: 3")).rejects.toMatchObject({ code: "unavailable", message: "the toolbox was closed" });
  });

  test("says what is missing when the program is not there", () =>
    withToolbox({ directory: "/nonexistent" }, async (toolbox) => {
      await expect(render(toolbox, "a: 1")).rejects.toMatchObject({
        code: "unavailable",
        message: containing("/nonexistent/render could not be started"),
      });
    }));
});

describe.runIf(process.platform === "linux")("a process that renders", () => {
  test("has no environment, no files but pipes, /dev/null and the CPU quota, and a filter on each thread", () =>
    withToolbox({}, async (toolbox) => {
      await render(toolbox, "a: 1");
      const [pid] = toolbox.stats().pids;
      expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("TZ=UTC\0");
      const opened = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      expect(opened.filter((file) => !/^(?:pipe|socket|anon_inode):|^\/dev\/null$|^\/sys\/fs\/cgroup\/cpu/u.test(file))).toEqual([]);
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      expect(status).toMatch(/^NoNewPrivs:\s+1$/mu);
      expect(status).toMatch(/^Seccomp:\s+2$/mu);
      expect(toolbox.stats().confinement).toContain("seccomp");
      for (const task of readdirSync(`/proc/${pid}/task`))
        expect(readFileSync(`/proc/${pid}/task/${task}/status`, "utf8")).toMatch(/^Seccomp:\s+2$/mu);
    }));

  test("ends when the program that started it is gone", async () => {
    const script = `
      import { createToolbox } from "${import.meta.dirname}/toolbox.ts";
      const toolbox = createToolbox({ directory: ${JSON.stringify(directory)}, role: "render", size: 1 });
      await toolbox.call("kustomize", { files: {} }).catch(() => undefined);
      console.log(toolbox.stats().pids[0]);
      process.kill(process.pid, "SIGKILL");`;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    const pid = Number(run.stdout);
    expect(pid).toBeGreaterThan(1);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });
});

describe("a process with another role", () => {
  test("does not do what is not its own", () =>
    withToolbox({ role: "keys" }, async (toolbox) => {
      await expect(render(toolbox, "a: 1")).rejects.toMatchObject({ code: "internal", message: 'this process does not do "helm"' });
    }));
});
