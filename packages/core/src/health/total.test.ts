import fc from "fast-check";
import { expect, test } from "vitest";
import type { KubeObject } from "../object/object.ts";
import { assessHealth } from "./assess.ts";
import { assessKstatus } from "./kstatus/kstatus.ts";
import { ruleTables } from "./rules/tables.ts";
import { type Health, healthOrder, isWorseHealth, worstHealth } from "./verdict.ts";

const kinds = ruleTables.flatMap((table) =>
  Object.entries(table).flatMap(([group, rules]) =>
    Object.keys(rules).map((kind) => ({ group: group.replace("*", "any"), kind: kind === "*" ? "Anything" : kind })),
  ),
);

/** Names that rules read, so that random objects hold them with values of any type. */
const names =
  "status spec metadata conditions type phase state message reason health replicas generation observedGeneration statuses parents".split(
    " ",
  );
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, 1, -1, "", "True", "Ready", "Failed", "2026-01-01T00:00:00Z"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 5 }),
  ),
})).value;

test("a verdict is given on any object of any kind, whatever types its fields have", () => {
  const property = fc.property(fc.constantFrom(...kinds), json, json, json, ({ group, kind }, status, spec, metadata) => {
    const object = { apiVersion: group === "" ? "v1" : `${group}/v1`, kind, metadata, spec, status } as unknown as KubeObject;
    expect(healthOrder).toContain(assessHealth(object).status);
    expect(["InProgress", "Failed", "Current", "Terminating", "Unknown"]).toContain(assessKstatus(object, 0).status);
  });
  fc.assert(property, { numRuns: 3_000 });
});

/** All but Argo CD's Application, which passes on what Argo CD says about it. */
const judging = kinds.filter(({ kind }) => kind !== "Application");

test("no verdict is Missing: only who knows that an object should exist can say that", () => {
  fc.assert(
    fc.property(fc.constantFrom(...judging), json, ({ group, kind }, status) => {
      const object = { apiVersion: `${group || "example.org"}/v1`, kind, metadata: { name: "a" }, status } as unknown as KubeObject;
      expect(assessHealth(object).status).not.toBe("Missing");
    }),
  );
});

const verdict: fc.Arbitrary<Health> = fc.record({ status: fc.constantFrom(...healthOrder), message: fc.string() });

test("the worst of many is one of them, and none is worse", () => {
  fc.assert(
    fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
      const worst = worstHealth(verdicts);
      expect(verdicts).toContain(worst);
      expect(verdicts.some(({ status }) => isWorseHealth(status, worst.status))).toBe(false);
    }),
  );
});
