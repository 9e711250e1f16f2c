// `npm run bench -- NAME [--json FILE]`: a table for people, JSON lines for machines.
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { benchApply } from "./apply.ts";

/** One figure. `goal` is an upper bound. */
export interface Measurement {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly ratio?: number;
  readonly goal?: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, applications: { type: "string", default: "1000" } },
});
const benches: Readonly<Record<string, () => Promise<readonly Measurement[]>>> = { apply: () => benchApply(Number(values.applications)) };

const [name = ""] = positionals;
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(
    `error: there is no benchmark "${name}"\nremedy: npm run bench -- ${Object.keys(benches).join("|")} [--json FILE] [--applications N]\n`,
  );
  process.exitCode = 2;
} else {
  for (const measurement of await bench()) {
    const met = measurement.goal === undefined ? undefined : measurement.value <= measurement.goal;
    const goal = met === undefined ? "" : `goal ≤ ${measurement.goal} ${met ? "met" : "MISSED"}`;
    const beside =
      measurement.baseline === undefined ? "" : `bare ${measurement.baseline.toFixed(2)}, ratio ${(measurement.ratio ?? 0).toFixed(2)} `;
    process.stdout.write(
      `${measurement.metric.padEnd(28)} ${measurement.value.toFixed(2).padStart(10)} ${measurement.unit.padEnd(4)} ${beside}${goal}\n`,
    );
    if (values.json !== undefined)
      appendFileSync(values.json, `${JSON.stringify({ bench: name, ...measurement, ...(met === undefined ? {} : { met }) })}\n`);
  }
}
