// The schemas that `windlass lint` ships with. Written anew with: WINDLASS_WRITE_SCHEMAS=1 npx vitest run --project real testbed/src/schemas
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { ensureBinaries } from "../binaries/ensure-binaries.ts";
import { type OpenApi, compactSchemas } from "./compact-schemas.ts";

const file = new URL("../../../packages/core/src/lint/kubernetes-1.37.json", import.meta.url);

test("the schemas of lint are those of the API server", async () => {
  const { kubectl } = await ensureBinaries();
  const text = execFileSync(kubectl, ["--kubeconfig", inject("kubeconfig" as never), "get", "--raw", "/openapi/v2"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  const { definitions } = JSON.parse(text) as OpenApi;
  // Other tests put custom kinds into the same cluster.
  const builtIn = Object.fromEntries(Object.entries(definitions).filter(([name]) => name.startsWith("io.k8s.")));
  const schemas = compactSchemas({ definitions: builtIn });
  if (process.env["WINDLASS_WRITE_SCHEMAS"] !== undefined) writeFileSync(file, JSON.stringify(schemas));
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(schemas);
});
