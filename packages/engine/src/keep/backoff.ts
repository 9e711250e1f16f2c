// When to try again what failed.

export interface BackoffBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

const defaultBackoff: BackoffBounds = { firstMs: 1_000, maxMs: 300_000 };

/**
 * Milliseconds until the next try after `failures` in a row (1 = the first), doubled each time.
 *
 * `random` is in [0, 1) and spreads the tries over the upper half, so that what failed together does not come back together.
 */
export const backoffMs = (failures: number, random: number, { firstMs, maxMs }: BackoffBounds = defaultBackoff): number => {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(ceiling * (0.5 + random / 2));
};
