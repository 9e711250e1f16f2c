// Charts to fetch, and repositories that hold them.
import { createHash } from "node:crypto";
import type { ChartServer } from "@windlass/testbed";
import { packTarGz } from "../archive/write-tar.ts";
import type { ChartFiles } from "./types.ts";

/** A chart's files from texts. */
export const chartFiles = (files: Readonly<Record<string, string>>): ChartFiles =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

/** A small chart. `more` adds files, or lines to Chart.yaml. */
export const smallChart = (
  name: string,
  version: string,
  more: { readonly chart?: string; readonly files?: Readonly<Record<string, string>> } = {},
) =>
  chartFiles({
    "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more.chart ?? ""}`,
    "templates/settings.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${name}\ndata:\n  version: "${version}"\n`,
    ...more.files,
  });

/** Packed as `helm package` packs: all files in a folder of the chart's name. */
export const packChart = (name: string, files: ChartFiles): Buffer =>
  Buffer.from(packTarGz(new Map(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content]))));

export const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly urls: readonly string[];
  readonly digest?: string;
}

export const indexOf = (entries: readonly IndexEntry[]): string => {
  const byName = Object.groupBy(entries, ({ name }) => name);
  return JSON.stringify({ apiVersion: "v1", entries: byName, generated: "2026-01-01T00:00:00Z" });
};

/** Puts charts under `/charts` of a server, with an index. */
export const publish = (server: ChartServer, charts: readonly (readonly [name: string, version: string])[]): void => {
  const entries = charts.map(([name, version]) => {
    const packed = packChart(name, smallChart(name, version));
    const file = `${name}-${version}.tgz`;
    server.files.set(`/charts/${file}`, packed);
    return { name, version, urls: [file], digest: sha256(packed) };
  });
  server.files.set("/charts/index.yaml", indexOf(entries));
};
