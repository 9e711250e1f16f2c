// Charts of a registry: each version is a tag.
import {
  type OciReference,
  findNewest,
  formatOciReference,
  getLayer,
  helmTypes,
  isFullVersion,
  isTag,
  parseOciReference,
  tagToVersion,
  versionToTag,
  WindlassError,
} from "@windlass/core";
import type { BlobCache } from "../archive/blob-cache.ts";
import type { ArchiveLimits } from "../archive/limits.ts";
import type { CallOptions } from "../http/types.ts";
import type { Registry } from "../oci/registry.ts";
import { type ChartPin, versionNotFound } from "./chart-pin.ts";
import type { ResolvedChart } from "./types.ts";
import { unpackChart } from "./unpack-chart.ts";

export interface OciChartOptions {
  readonly registry: Registry;
  readonly cache: BlobCache;
  readonly limits: ArchiveLimits;
}

export interface OciChartRequest {
  readonly repository: string;
  readonly chart: string;
  readonly pin: ChartPin;
}

/** Errors: as `ChartSource.resolve`. The digest is the manifest's: what a pull by digest names and a signature covers. */
export const resolveOciChart = async (
  { registry, cache, limits }: OciChartOptions,
  { repository, chart, pin }: OciChartRequest,
  options: CallOptions,
): Promise<ResolvedChart> => {
  const base = parseOciReference(`${repository.replace(/\/+$/, "")}/${chart}`);
  const reference: OciReference =
    pin.digest === undefined ? { ...base, tag: await findTag(registry, base, pin, options) } : { ...base, digest: pin.digest };
  const subject = `chart ${formatOciReference(reference)}`;
  const { manifest, digest } = await registry.getManifest(reference, options);
  if (manifest.config.mediaType !== helmTypes.config)
    throw new WindlassError({
      code: "invalid",
      message: `${subject} is no Helm chart: its config is of the type ${JSON.stringify(manifest.config.mediaType)}`,
      remedy: "push charts with helm push; other artifacts are sources of their own",
    });
  const layer = getLayer(manifest, helmTypes.layers, subject);
  if (layer.size > limits.packedBytesMax)
    throw new WindlassError({
      code: "invalid",
      message: `${subject} is larger than ${limits.packedBytesMax} bytes`,
      remedy: "raise the limit if that is meant",
    });
  const cached = await cache.find(layer.digest);
  const packed = cached ?? (await registry.getBlob(reference, layer, options));
  if (cached === undefined) await cache.put(packed);
  const { files, version } = await unpackChart({ packed, subject, name: chart, limits, ...options });
  // A tag says one thing and the chart another: then nobody knows which version runs.
  if (
    reference.tag !== undefined &&
    versionToTag(version) !== reference.tag &&
    `v${versionToTag(version)}` !== reference.tag &&
    isFullVersion(tagToVersion(reference.tag))
  )
    throw new WindlassError({
      code: "invalid",
      message: `${subject}: its Chart.yaml says version ${version}`,
      remedy: "push the chart under the tag of its version, as helm push does",
    });
  return { name: chart, version, digest, revision: `${version}@${digest}`, files };
};

const findTag = async (registry: Registry, base: OciReference, { range }: ChartPin, options: CallOptions): Promise<string> => {
  // One version has one tag: no list of thousands is needed.
  if (isFullVersion(range) && isTag(versionToTag(range))) return versionToTag(range);
  const tags = await registry.listTags(base, options);
  const candidates = tags.map((tag) => ({ tag, version: tagToVersion(tag) }));
  const found = findNewest(candidates, range);
  if (found === undefined)
    throw versionNotFound(
      `${formatOciReference(base)} has no version for ${JSON.stringify(range)}`,
      candidates.map(({ version }) => version).toReversed(),
    );
  return found.tag;
};
