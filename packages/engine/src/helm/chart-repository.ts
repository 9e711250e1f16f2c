// Charts of an HTTP repository: one index, and archives somewhere.
import { type ChartEntry, type ChartIndex, WindlassError, findNewest, parseChartIndex } from "@windlass/core";
import { type BlobCache, digestOf } from "../archive/blob-cache.ts";
import type { ArchiveLimits } from "../archive/limits.ts";
import { decodeText } from "../source/decode-text.ts";
import { toAuthorization } from "../http/authorization.ts";
import type { HttpClient } from "../http/http-client.ts";
import { toStatusError } from "../http/http-error.ts";
import type { HttpCredential } from "../http/types.ts";
import { versionNotFound, pinChanged, type ChartPin } from "./chart-pin.ts";
import { unpackChart } from "./unpack-chart.ts";
import type { ResolvedChart } from "./types.ts";

export interface ChartRepositoryOptions {
  readonly client: HttpClient;
  readonly cache: BlobCache;
  readonly limits: ArchiveLimits;
}

/** A request for a chart of one repository. */
interface RepositoryRequest {
  /** The repository's URL as the request names it. */
  readonly repository: string;
  readonly chart: string;
  readonly pin: ChartPin;
  readonly credential: HttpCredential | undefined;
  readonly signal?: AbortSignal;
}

export interface ChartRepository {
  /** Errors: as `ChartSource.resolve`. */
  resolve(request: RepositoryRequest): Promise<ResolvedChart>;
}

const indexBytesMax = 64 * 1024 * 1024;
const indexesMax = 16;

interface KnownIndex {
  readonly etag: string;
  readonly index: ChartIndex;
}

/** The URL of the folder, parsed: the index lies in it and relative URLs begin there. Errors: `invalid`, without repeating a password. */
const parseFolder = (repository: string): URL => {
  const url = URL.parse(repository);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hash !== "")
    throw invalid("the chart repository's URL is none", "write https://HOST/PATH, the folder that holds index.yaml; or oci://HOST/PATH");
  if (url.username !== "" || url.password !== "")
    throw invalid(
      `the URL of the chart repository at ${url.host} holds a user or a password`,
      "take it out of the URL and give it as the repository's credential",
    );
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/`;
  return url;
};

const invalid = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });

export const createChartRepository = ({ client, cache, limits }: ChartRepositoryOptions): ChartRepository => {
  const known = new Map<string, KnownIndex>();

  const authorizationFor = (url: URL, folder: URL, credential: HttpCredential | undefined) =>
    credential === undefined || url.origin !== folder.origin ? {} : { authorization: toAuthorization(credential) };

  /** The index, read again only when the server says that it has changed. */
  const getIndex = async (folder: URL, { repository, credential, signal }: RepositoryRequest): Promise<ChartIndex> => {
    const url = new URL("index.yaml", folder);
    url.search = folder.search;
    const before = known.get(folder.href);
    const answer = await client.request({
      url,
      headers: before === undefined ? {} : { "if-none-match": before.etag },
      ...authorizationFor(url, folder, credential),
      bytesMax: indexBytesMax,
      subject: `chart repository ${repository}`,
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status === 304 && before !== undefined) return before.index;
    if (answer.status !== 200) throw toStatusError(answer.status, `chart repository ${repository}`);
    const index = parseChartIndex(decodeText(answer.body, "index.yaml"), url.href);
    const etag = answer.headers["etag"];
    known.delete(folder.href);
    if (etag !== undefined) known.set(folder.href, { etag, index });
    const [oldest] = known.keys();
    if (known.size > indexesMax && oldest !== undefined) known.delete(oldest);
    return index;
  };

  const download = async (entry: ChartEntry, folder: URL, request: RepositoryRequest): Promise<Buffer> => {
    const { repository, chart, credential, signal } = request;
    const subject = `chart ${chart} ${entry.version} of ${repository}`;
    const cached = entry.digest === "" ? undefined : await cache.find(`sha256:${entry.digest}`);
    if (cached !== undefined) return cached;
    const url = URL.parse(entry.urls[0] ?? "", folder.href);
    if (url === null) throw invalid(`${subject}: the index names no URL for it that is one`, "correct the repository's index");
    // A query carries a token in some repositories; what the index writes out itself wins.
    if (url.origin === folder.origin && url.search === "") url.search = folder.search;
    const answer = await client.request({
      url,
      repository: folder,
      ...authorizationFor(url, folder, credential),
      bytesMax: limits.packedBytesMax,
      subject,
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status !== 200) throw toStatusError(answer.status, subject);
    if (entry.digest !== "" && answer.digest !== `sha256:${entry.digest}`)
      throw invalid(
        `${subject} is not what the index says: it hashes to ${answer.digest}, not to sha256:${entry.digest}`,
        "what arrived was altered on the way or in the repository, or the index is old: look which before trying again",
      );
    await cache.put(answer.body);
    return answer.body;
  };

  return {
    resolve: async (request) => {
      const { repository, chart, pin, signal } = request;
      const folder = parseFolder(repository);
      const entries = (await getIndex(folder, request)).get(chart);
      if (entries === undefined) throw versionNotFound(`chart repository ${repository} has no chart ${chart}`, []);
      const entry = findNewest(entries, pin.range);
      if (entry === undefined)
        throw versionNotFound(
          `chart repository ${repository} has no version of ${chart} for ${JSON.stringify(pin.range)}`,
          entries.map(({ version }) => version),
        );
      const packed = await download(entry, folder, request);
      const digest = digestOf(packed);
      const subject = `chart ${chart} ${entry.version} of ${repository}`;
      if (pin.digest !== undefined && digest !== pin.digest) throw pinChanged(subject, pin.digest, digest);
      const { files } = await unpackChart({ packed, subject, name: chart, limits, ...(signal === undefined ? {} : { signal }) });
      return { name: chart, version: entry.version, digest, revision: `${entry.version}@${digest}`, files };
    },
  };
};
