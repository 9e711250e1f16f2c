// Where charts come from, whatever kind of place that is: the one door for whoever renders them.
import { join } from "node:path";
import { WindlassError, isChartName, isOciUrl } from "@windlass/core";
import { createBlobCache } from "../archive/blob-cache.ts";
import { defaultArchiveLimits } from "../archive/limits.ts";
import { createHttpClient } from "../http/http-client.ts";
import type { CallOptions } from "../http/types.ts";
import { type Registry, createRegistry } from "../oci/registry.ts";
import { parseChartPin } from "./chart-pin.ts";
import { createChartRepository } from "./chart-repository.ts";
import { resolveChartDependencies } from "./dependencies.ts";
import { resolveOciChart } from "./oci-charts.ts";
import type { ChartRequest, ChartSource, ChartSourceOptions, ResolvedChart } from "./types.ts";

const registriesMax = 64;

/** Charts from HTTP repositories and OCI registries. */
export const createChartSource = (options: ChartSourceOptions): ChartSource => {
  const { cacheFolder, http = {}, credentialFor, isAllowed = () => true, limits = defaultArchiveLimits } = options;
  const client = createHttpClient(http);
  const cache = createBlobCache(join(cacheFolder, "blobs"));
  const { plainHttpHosts = [] } = http;
  const registries = new Map<string, Registry>();
  const repositories = createChartRepository({ client, cache, limits });

  /** The secret is the repository's as the request names it, for all charts below; the tokens that it brings are used again. */
  const registryFor = (repository: string): Registry => {
    const registry =
      registries.get(repository) ?? createRegistry({ client, plainHttpHosts, credentialFor: () => credentialFor?.(repository) });
    if (registries.size >= registriesMax) registries.clear();
    registries.set(repository, registry);
    return registry;
  };

  const resolve = async (request: ChartRequest, call: CallOptions = {}): Promise<ResolvedChart> => {
    const { repository, chart, version = "" } = request;
    call.signal?.throwIfAborted();
    if (!isChartName(chart)) throw badName(chart);
    if (!isAllowed(repository)) throw notAllowed(repository);
    const pin = parseChartPin(version);
    if (!isOciUrl(repository)) {
      const credential = await credentialFor?.(repository);
      return repositories.resolve({ repository, chart, pin, credential, ...call });
    }
    return resolveOciChart({ registry: registryFor(repository), cache, limits }, { repository, chart, pin }, call);
  };

  return {
    resolve,
    resolveDependencies: (files, { folder = "", ...call } = {}) =>
      resolveChartDependencies({ files, folder, fetch: (request) => resolve(request, call) }),
    close: () => client.close(),
  };
};

const badName = (chart: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${JSON.stringify(chart)} is no name of a chart`,
    remedy: "a name has letters, digits and . _ -",
  });

const notAllowed = (repository: string): WindlassError =>
  new WindlassError({
    code: "forbidden",
    message: `charts may not come from ${URL.parse(repository)?.host ?? "this repository"} here`,
    remedy: "ask whoever decides which repositories are allowed, or use a chart from one that is",
  });
