// `node testbed/src/main.ts build`: builds what tests and the demo run against, and says so while it takes long.
import { WindlassError, exitStatusOf } from "@windlass/core";
import { ensureBinaries } from "./binaries/ensure-binaries.ts";
import { ensureRegistry } from "./registry/start-registry.ts";
import { ensureToolbox, ensureToolboxReference } from "./toolbox/ensure-toolbox.ts";

const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  await ensureBinaries(report);
  await ensureToolbox(report);
  await ensureToolboxReference(report);
  await ensureRegistry(report);
} catch (error) {
  if (!(error instanceof WindlassError)) throw error;
  report(`error: ${error.message}\nremedy: ${error.remedy}`);
  process.exitCode = exitStatusOf[error.code];
}
