import { WindlassError } from "@windlass/core";
import type { ChartSource, ChartSourceOptions } from "./types.ts";

/** Charts from HTTP repositories and OCI registries. */
export const createChartSource = (_options: ChartSourceOptions): ChartSource => {
  const notYet = () =>
    Promise.reject(
      new WindlassError({ code: "unavailable", message: "chart sources are not built yet", remedy: "use a chart from a folder" }),
    );
  return { resolve: notYet, resolveDependencies: notYet, close: async () => undefined };
};
