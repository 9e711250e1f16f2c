// Lists, page by page.
import { WindlassError } from "@windlass/core";
import { readPage, type Page } from "./answer.ts";
import { toPath } from "./paths.ts";
import type { Sender } from "./sender.ts";
import type { CallOptions, KindInfo, ListTarget } from "./types.ts";

/** What a list of metadata only asks for: https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
export const partialAccept = (shape: "PartialObjectMetadata" | "PartialObjectMetadataList"): string =>
  `application/json;as=${shape};g=meta.k8s.io;v=v1`;

export interface ListDeps {
  readonly sender: Sender;
  readonly kind: KindInfo;
}

/** What a list is about, for messages: `Deployments in shop`. */
export const subjectOf = (kind: KindInfo, namespace = ""): string =>
  namespace === "" ? `List of ${kind.resource}` : `List of ${kind.resource} in ${namespace}`;

/** The query of a list or watch that says which objects. */
export const selectorsOf = ({ labelSelector, fieldSelector }: ListTarget): Readonly<Record<string, string | undefined>> => ({
  labelSelector,
  fieldSelector,
});

/** Whether the server has forgotten the version that was asked for. */
export const isExpired = (error: unknown): boolean =>
  error instanceof WindlassError && (error.details.reason === "Expired" || error.details.reason === "Gone");

/**
 * The pages of one consistent list, in order.
 *
 * Errors: `conflict` with reason `Expired` when the server forgot the list before its last page: begin again.
 */
export async function* listPages(
  { sender, kind }: ListDeps,
  target: ListTarget,
  options: CallOptions & { readonly pageSize?: number },
): AsyncGenerator<Page, void> {
  let next: string | undefined;
  do {
    const answer = await sender.send({
      verb: "list",
      subject: subjectOf(kind, target.namespace),
      method: "GET",
      path: toPath(kind, target),
      query: { ...selectorsOf(target), limit: String(options.pageSize ?? 500), continue: next },
      ...(target.metadataOnly === true ? { headers: { accept: partialAccept("PartialObjectMetadataList") } } : {}),
      repeatable: true,
      ...options,
    });
    const page = readPage(kind, answer.text);
    yield page;
    next = page.next;
  } while (next !== "");
}

/** All pages as one list. A list that expires on the way is begun again, at last without pages, which cannot expire. */
export const listAll = async (deps: ListDeps, target: ListTarget, options: CallOptions & { readonly pageSize?: number }): Promise<Page> => {
  for (const pageSize of [options.pageSize ?? 500, options.pageSize ?? 500, 0]) {
    try {
      const pages: Page[] = [];
      for await (const page of listPages(deps, target, { ...options, pageSize })) pages.push(page);
      return { items: pages.flatMap(({ items }) => items), resourceVersion: pages.at(-1)?.resourceVersion ?? "", next: "" };
    } catch (error) {
      if (!isExpired(error)) throw error;
    }
  }
  throw new WindlassError({
    code: "conflict",
    message: `${subjectOf(deps.kind, target.namespace)}: it expired again and again.`,
    remedy: "Try again later, with a narrower selector.",
  });
};
