import { WindlassError, parseChartMetadata } from "@windlass/core";
import { unpackTarGz } from "../archive/unpack.ts";
import type { ArchiveLimits } from "../archive/limits.ts";
import type { ChartFiles } from "./types.ts";

export interface PackedChart {
  readonly packed: Uint8Array;
  /** Which chart it is meant to be: `web 1.2.3 of https://…`. */
  readonly subject: string;
  /** What its Chart.yaml has to call it. */
  readonly name: string;
  readonly limits: ArchiveLimits;
  readonly signal?: AbortSignal;
}

const utf8 = new TextDecoder();

/**
 * The files of a packed chart, without the folder that they lie in, and the version that Chart.yaml names.
 *
 * Errors: `invalid` for what is no chart, for several in one archive, and for one of another name.
 */
export const unpackChart = async (chart: PackedChart): Promise<{ readonly files: ChartFiles; readonly version: string }> => {
  const { packed, subject, name, limits, signal } = chart;
  const entries = await unpackTarGz(packed, { name: subject, limits, ...(signal === undefined ? {} : { signal }) });
  const files: Record<string, Uint8Array> = {};
  for (const [path, content] of entries) {
    const slash = path.indexOf("/");
    // Beside the chart's folder; Helm passes that over as well.
    if (slash > 0) files[path.slice(slash + 1)] = content;
  }
  const folders = new Set([...entries.keys()].flatMap((path) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : [])));
  const described = files["Chart.yaml"];
  if (described === undefined || folders.size !== 1) throw noChart(subject, "it does not hold one folder with a Chart.yaml");
  const metadata = parseChartMetadata(utf8.decode(described));
  if (metadata.name !== name) throw noChart(subject, `its Chart.yaml calls it ${metadata.name}`);
  return { files, version: metadata.version };
};

const noChart = (subject: string, why: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${subject} is no such chart: ${why}`,
    remedy: "look at what the repository holds under that name",
  });
