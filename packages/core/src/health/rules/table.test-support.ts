// Tables of kinds: a row is API version, kind, the verdict, and what the object holds beside its name, as YAML in one line.
import { expect, test } from "vitest";
import type { KubeObject } from "../../object/object.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { assessHealth } from "../assess.ts";

const toObject = (apiVersion: string, kind: string, fields: string): KubeObject => {
  const [document] = parseYaml(fields === "" ? "{}" : fields, { file: "row" });
  const rest = (document?.value ?? {}) as { readonly metadata?: object };
  return { apiVersion, kind, ...rest, metadata: { name: "example", generation: 1, ...rest.metadata } };
};

/** One test per row, whose title is the row's sentence. Lines that begin with # part the table. */
export const testTable = (text: string): void => {
  const rows = text
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^(\S+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? []);
  test.each(rows.map(([, apiVersion = "", kind = "", status = "", fields = ""]) => ({ apiVersion, kind, status, fields })))(
    "$kind of $apiVersion is $status with $fields",
    ({ apiVersion, kind, status, fields }) => {
      expect(assessHealth(toObject(apiVersion, kind, fields))).toEqual({ status, message: expect.stringMatching(/./) });
    },
  );
};
