import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { KubeObject } from "../object/object.ts";
import { findTemplatePath } from "../object/workload.ts";
import { formatPath } from "./schema.ts";
import type { Remark } from "./types.ts";

type Path = readonly (string | number)[];

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (here, step) => (typeof here === "object" && here !== null ? (here as Readonly<Record<string, unknown>>)[step] : undefined),
    value,
  );

/** The images of an object's containers, with their places. */
const findImages = (object: KubeObject): readonly { readonly path: Path; readonly image: string }[] => {
  const template = findTemplatePath(object);
  if (template === undefined) return [];
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((field) => {
    const path = [...template, "spec", field];
    const containers = valueAt(object, path);
    if (!isJsonList(containers)) return [];
    return containers.flatMap((container, index) => {
      const image = isJsonObject(container) ? container["image"] : undefined;
      return typeof image === "string" ? [{ path: [...path, index, "image"], image }] : [];
    });
  });
};

/** Errors: none (total). */
export const checkImages = (object: KubeObject): readonly Remark[] =>
  findImages(object).flatMap(({ path, image }): readonly Remark[] => {
    // A digest, or a variable that is filled in later.
    if (image.includes("@sha256:") || image.includes("${")) return [];
    const [, tag] = /:([^/:]+)$/.exec(image) ?? [];
    const remedy = "write the version that you have tested, with its digest: name:1.2.3@sha256:…";
    if (tag === undefined || tag === "latest") {
      const why = tag === undefined ? "has no tag, which means latest" : "has the tag latest";
      return [
        {
          rule: "image-not-pinned",
          severity: "warning",
          path,
          message: `${formatPath(path)}: ${image} ${why}: what runs changes without a commit`,
          remedy,
        },
      ];
    }
    return [
      {
        rule: "image-without-digest",
        severity: "info",
        path,
        message: `${formatPath(path)}: ${image} has no digest: its tag may come to mean something else`,
        remedy,
      },
    ];
  });
