// The port between what renders charts and where charts come from.
import type { ArchiveLimits } from "../archive/limits.ts";
import type { CallOptions, HttpCredential, HttpSettings } from "../http/types.ts";

/** A chart's files by path inside the chart: `Chart.yaml`, `templates/web.yaml`. The same form that `renderHelm` takes. */
export type ChartFiles = Readonly<Record<string, Uint8Array>>;

/** Which chart, from where. */
export interface ChartRequest {
  /** `https://host/charts`, or `oci://host/path` that `chart` is the last part of. */
  readonly repository: string;
  readonly chart: string;
  /** A version, or a range as Helm reads it (`^1.2`, `>=1 <3`, `1.x`). Default: the newest that is no pre-release. */
  readonly version?: string;
}

export interface ResolvedChart {
  readonly name: string;
  readonly version: string;
  /** `sha256:…` of the packed chart. */
  readonly digest: string;
  /** `1.2.3@sha256:…` */
  readonly revision: string;
  readonly files: ChartFiles;
}

export interface ChartSourceOptions {
  /** An absolute folder for packed charts by digest; several processes may share it. */
  readonly cacheFolder: string;
  readonly http?: HttpSettings;
  /** The secret for a repository's URL as requests name it. Asked before each contact, so that short-lived tokens stay fresh. Default: anonymous. */
  readonly credentialFor?: (repository: string) => Promise<HttpCredential | undefined> | HttpCredential | undefined;
  /** Whether a chart may come from this repository; asked for dependencies too. Default: every one may. */
  readonly isAllowed?: (repository: string) => boolean;
  readonly limits?: ArchiveLimits;
}

export interface ChartSource {
  /**
   * The newest chart that the request allows, downloaded, checked against its digest and unpacked.
   *
   * Errors: `not_found` (repository, chart, version), `unauthorized`, `forbidden`, `invalid` (range, index, archive, digest, a limit),
   * `unavailable`, `timeout`; the signal's reason.
   */
  resolve(request: ChartRequest, options?: CallOptions): Promise<ResolvedChart>;
  /**
   * The chart's files with `charts/` filled in for what `Chart.yaml` names and is not there: packed charts as `charts/NAME-VERSION.tgz`. `Chart.lock`
   * decides where there is one. Aliases and conditions stay for Helm. `folder` is the chart's place inside the files; a `file://` dependency is
   * looked for in the same files.
   *
   * Errors: as `resolve`, and `invalid` for a lock that does not fit and for a `file://` that leaves the files.
   */
  resolveDependencies(files: ChartFiles, options?: CallOptions & { readonly folder?: string }): Promise<ChartFiles>;
  close(): Promise<void>;
}
