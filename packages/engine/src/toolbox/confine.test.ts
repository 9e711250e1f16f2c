import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test.runIf(process.platform === "linux")(
  "a confined process opens no file, no socket and no program, in any thread, and goes on working",
  () => {
    const cwd = fileURLToPath(new URL("../../../../toolbox", import.meta.url));
    const run = spawnSync("go", ["test", "-buildvcs=false", "./internal/..."], {
      cwd,
      env: { ...process.env, CGO_ENABLED: "0" },
      encoding: "utf8",
    });
    expect(run.stdout + run.stderr).toMatch(/^ok\s+windlass\.dev\/toolbox\/internal\/confine/mu);
    expect(run.status).toBe(0);
  },
  300_000,
);
