// How far our verdicts agree with those that Argo CD's users know, on objects that stand in ../shared/health beside the repository.
// The numbers need that folder: where it is absent the tests show as skipped, and our own tables (rules/*.test.ts) stand alone.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { groupOf, type KubeObject } from "../object/object.ts";
import { assessHealth } from "./assess.ts";
import { assessDeletion, assessStaleness } from "./common.ts";
import { departures } from "./departures.test-support.ts";
import { assessGeneric } from "./generic/generic.ts";
import { type Health, healthOrder } from "./verdict.ts";

interface Case {
  readonly status: string;
  readonly object: KubeObject;
}

const root = new URL("../../../../", import.meta.url);
const file = ["../shared/health/cases.jsonl", "../../shared/health/cases.jsonl"]
  .map((path) => new URL(path, root))
  .find((url) => existsSync(url));

const readCases = (): readonly Case[] =>
  file === undefined
    ? []
    : readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Case);

const cases = readCases();

const kindOf = ({ object }: Case): string => `${groupOf(object.apiVersion)}/${object.kind}`;

const missesOf = (assess: (object: KubeObject) => Health): readonly string[] =>
  cases.flatMap((one) => {
    const got = assess(one.object);
    return got.status === one.status ? [] : [`${kindOf(one)}: ${one.status} expected, ${got.status} (${got.message}) found`];
  });

const rateOf = (misses: readonly string[]): string =>
  `${cases.length - misses.length} of ${cases.length} verdicts agree (${((1 - misses.length / cases.length) * 100).toFixed(1)} %)`;

/** No table at all, so that each group is judged by a rule which holds nothing made for it: leaving one group out, for all groups at once. */
const assessByWords = (object: KubeObject): Health => assessDeletion(object) ?? assessStaleness(object) ?? assessGeneric(object);

describe.skipIf(file === undefined)("with ../shared/health, which is absent where these are skipped,", () => {
  test("at least 98 % of the verdicts are Argo CD's", async ({ annotate }) => {
    expect(cases.length).toBeGreaterThan(400);
    const misses = missesOf(assessHealth);
    await annotate(rateOf(misses));
    expect(misses.slice(Math.floor(cases.length * 0.02))).toEqual([]);
  });

  test("every verdict that differs from Argo CD's is a departure with a reason", () => {
    const unexplained = cases.filter(
      (one) =>
        assessHealth(one.object).status !== one.status &&
        !departures.some(({ kinds, applies }) => kinds.includes(kindOf(one)) && applies(one.object)),
    );
    expect(unexplained.map(kindOf)).toEqual([]);
  });

  test("no departure is left over", () => {
    const used = departures.filter(({ kinds, applies }) =>
      kinds.every((kind) =>
        cases.some((one) => kindOf(one) === kind && applies(one.object) && assessHealth(one.object).status !== one.status),
      ),
    );
    expect(used).toEqual(departures);
  });

  test("the rule for unknown kinds alone finds at least 82 % of the verdicts, each group left out", async ({ annotate }) => {
    const misses = missesOf(assessByWords);
    await annotate(rateOf(misses));
    expect(misses.slice(Math.floor(cases.length * 0.18))).toEqual([]);
  });

  test("every verdict is one of the six words with a sentence for people", () => {
    for (const { object } of cases) {
      const { status, message } = assessHealth(object);
      expect(healthOrder).toContain(status);
      expect(message).not.toBe("");
    }
  });
});
