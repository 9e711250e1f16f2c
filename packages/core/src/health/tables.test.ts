// The tables of kinds, each row a test, and the page that shows them to people.
import { expect, test } from "vitest";
import { assessHealth } from "./assess.ts";
import { genericTable } from "./generic/generic.table.test-support.ts";
import { builtInTable } from "./rules/built-in.table.test-support.ts";
import { operatorsTable } from "./rules/operators.table.test-support.ts";
import { servicesTable } from "./rules/services.table.test-support.ts";
import { ruleTables } from "./rules/tables.ts";
import { type Row, readTable, toObject } from "./table.test-support.ts";

const known = [builtInTable, operatorsTable, servicesTable].flatMap(readTable);
const rows = [...known, ...readTable(genericTable)];

test.each(rows)("$kind of $apiVersion is $status with $fields", (row) => {
  expect(assessHealth(toObject(row))).toEqual({ status: row.status, message: expect.stringMatching(/./) });
});

const formatRow = ({ apiVersion, kind, status, fields }: Row): string =>
  `| ${apiVersion} | ${kind} | ${status} | ${fields === "" ? "" : `\`${fields.replaceAll("|", "\\|")}\``} |`;

const formatPart = ([heading, part]: readonly [string, readonly Row[]]): string =>
  [`## ${heading}`, "", "| API version | kind | verdict | of an object with |", "| --- | --- | --- | --- |", ...part.map(formatRow)].join(
    "\n",
  );

const formatGroup = (kinds: readonly string[]): string =>
  kinds.map((kind) => (kind !== "*" ? kind : kinds.length === 1 ? "every kind" : "every other kind")).join(", ");

const formatKinds = (): string => {
  const groups = new Map<string, Set<string>>();
  for (const [group, kinds] of ruleTables.flatMap((table) => Object.entries(table)))
    groups.set(group, new Set([...(groups.get(group) ?? []), ...Object.keys(kinds)]));
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, kinds]) => `- ${group === "" ? "(core)" : group.replace("*", "\\*")}: ${formatGroup([...kinds])}`)
    .join("\n");
};

test("the page of kinds in docs is made of these tables (npx vitest run -u writes it anew)", async () => {
  const parts = [...Map.groupBy(rows, ({ heading }) => heading)];
  const page = [
    "# Health, kind by kind",
    "",
    "Made from the tables that test the rules; see [health.md](health.md) for how verdicts are made. Each row is a test.",
    "",
    "## Kinds with a rule of their own",
    "",
    formatKinds(),
    "",
    parts.map(formatPart).join("\n\n"),
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../../../docs/health-kinds.md");
});
