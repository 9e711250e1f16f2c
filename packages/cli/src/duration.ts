import { InvalidArgumentError } from "commander";

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `5m`, `1h30m`, `250ms`. Errors: commander's, for anything else. */
export const parseDurationMs = (text: string): number => {
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
  if (parts.map(([part]) => part).join("") !== text || total === 0)
    throw new InvalidArgumentError("a duration such as 90s, 5m or 1h30m is wanted.");
  return total;
};
