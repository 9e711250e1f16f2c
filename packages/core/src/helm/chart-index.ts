// The index.yaml of a chart repository: what there is, under which URLs, with which digests.
import { WindlassError } from "../error.ts";
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json } from "../object/object.ts";
import { type YamlLimits, defaultYamlLimits } from "../yaml/limits.ts";
import { parseYaml } from "../yaml/parse.ts";

/** One packed chart of a repository. */
export interface ChartEntry {
  readonly version: string;
  /** As written: absolute, or relative to the repository's URL. */
  readonly urls: readonly string[];
  /** SHA-256 of the archive in hexadecimal digits; "" where the index has none. */
  readonly digest: string;
}

/** Versions by the name of the chart, in the index's order. */
export type ChartIndex = ReadonlyMap<string, readonly ChartEntry[]>;

/** The largest public indexes are about 20 MB. */
const limits: YamlLimits = { ...defaultYamlLimits, charactersMax: 64 * 1024 * 1024, nodesMax: 20_000_000 };

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/**
 * The charts of an index. Entries that no chart could be fetched by are left out, as Helm leaves them out.
 *
 * Errors: `invalid` for what is no index; `url` names it in the message.
 */
export const parseChartIndex = (text: string, url: string): ChartIndex => {
  const [document, ...more] = parseYaml(text, { file: "index.yaml", limits });
  const index = document?.value;
  if (more.length > 0 || !isJsonObject(index) || !isJsonObject(index["entries"] ?? null)) throw noIndex(url);
  const entries = isJsonObject(index["entries"]) ? Object.entries(index["entries"]) : [];
  return new Map(entries.map(([name, versions]) => [name, isJsonList(versions) ? versions.flatMap(toEntry) : []]));
};

const toEntry = (value: Json): readonly ChartEntry[] => {
  if (!isJsonObject(value)) return [];
  const urls = isJsonList(value["urls"]) ? value["urls"].filter((url) => typeof url === "string") : [];
  const version = versionText(value["version"]);
  if (version === "" || urls.length === 0) return [];
  return [
    {
      version,
      urls,
      digest: textOf(value["digest"])
        .replace(/^sha256:/, "")
        .toLowerCase(),
    },
  ];
};

/** `version: 1.10` without quotes is a number to YAML: only an integer can be told for sure. */
const versionText = (value: Json | undefined): string =>
  typeof value === "number" && Number.isSafeInteger(value) ? String(value) : textOf(value);

const noIndex = (url: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${url} is no index of a chart repository`,
    remedy: "check the repository's URL: it is the folder that holds index.yaml; charts in a registry have URLs that begin with oci://",
    details: { url },
  });
