// Tables of kinds: a row is API version, kind, the verdict, and what the object holds beside its name, as YAML in one line. A line with # heads a part.
import type { KubeObject } from "../object/object.ts";
import { parseYaml } from "../yaml/parse.ts";

export interface Row {
  readonly heading: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly status: string;
  readonly fields: string;
}

/** The rows of a table. */
export const readTable = (text: string): readonly Row[] => {
  let heading = "";
  return text
    .split("\n")
    .map((line) => line.trim())
    .flatMap((line): readonly Row[] => {
      if (line.startsWith("#")) heading = line.slice(1).trim();
      const [, apiVersion, kind, status, fields = ""] = /^([^#\s]\S*)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
      return apiVersion && kind && status ? [{ heading, apiVersion, kind, status, fields }] : [];
    });
};

/** The object that a row describes. */
export const toObject = ({ apiVersion, kind, fields }: Row): KubeObject => {
  const [document] = parseYaml(fields === "" ? "{}" : fields, { file: "row" });
  const rest = (document?.value ?? {}) as { readonly metadata?: object };
  return { apiVersion, kind, ...rest, metadata: { name: "example", generation: 1, ...rest.metadata } };
};
