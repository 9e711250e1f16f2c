import { ensureToolbox } from "@windlass/testbed/toolbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containing } from "./matchers.test-support.ts";
import { evalCel } from "./eval-cel.ts";
import { evalOpa } from "./eval-opa.ts";
import { createToolbox, type Toolbox } from "./toolbox.ts";

let toolbox: Toolbox;

beforeAll(async () => {
  toolbox = createToolbox({ directory: await ensureToolbox(), role: "eval", size: 1, deadlineMs: 2_000 });
}, 900_000);
afterAll(() => toolbox?.close());

describe("CEL", () => {
  test("has the API server's libraries", async () => {
    const expressions = [
      "quantity('1Gi').isGreaterThan(quantity('500Mi'))",
      "ip('10.0.0.1').family()",
      "url('https://a.example/x').getHost()",
      "[3, 1, 2].isSorted()",
    ];
    expect(await evalCel(toolbox, { expressions, variables: {} })).toEqual([
      { value: true },
      { value: 4 },
      { value: "a.example" },
      { value: false },
    ]);
  });

  test("gives each expression its own outcome", async () => {
    const expressions = ["object.spec.replicas > 2", "object.spec.missing", "1 +", "{'a': [dyn(1), dyn(2.5), dyn(null), dyn('x')]}"];
    const outcomes = await evalCel(toolbox, { expressions, variables: { object: { spec: { replicas: 3 } } } });
    expect(outcomes).toEqual([
      { value: true },
      { error: "no such key: missing" },
      { error: containing("Syntax error") },
      { value: { a: [1, 2.5, null, "x"] } },
    ]);
  });

  test("bounds what an expression costs, and a regular expression cannot explode", async () => {
    const list = Array.from({ length: 500 }, (_, i) => i);
    const expressions = ["l.all(a, l.all(b, l.all(c, a + b + c >= 0)))", `'${"a".repeat(29)}!'.matches('^(a+)+$')`];
    expect(await evalCel(toolbox, { expressions, variables: { l: list } })).toEqual([
      { error: containing("cost limit exceeded") },
      { value: false },
    ]);
  });
});

describe("OPA", () => {
  const deny = 'package shop\ndeny contains msg if { input.kind == data.forbidden; msg := sprintf("no %s here", [input.kind]) }';

  test("answers a query about the input and the data", async () => {
    const request = { modules: { "deny.rego": deny }, query: "data.shop.deny", data: { forbidden: "Pod" } };
    expect(await evalOpa(toolbox, { ...request, input: { kind: "Pod" } })).toEqual([["no Pod here"]]);
    expect(await evalOpa(toolbox, { ...request, input: { kind: "Service" } })).toEqual([[]]);
    expect(await evalOpa(toolbox, { ...request, query: "data.shop.missing" })).toEqual([]);
  });

  test.each(['http.send({"url": "http://127.0.0.1", "method": "get"})', 'net.lookup_ip_addr("localhost")', "opa.runtime()"])(
    "%s does not exist",
    async (call) => {
      await expect(evalOpa(toolbox, { modules: { "a.rego": `package a\nx := ${call}` }, query: "data.a.x" })).rejects.toMatchObject({
        code: "invalid",
        message: containing("undefined function"),
      });
    },
  );

  test("a policy without end meets the deadline, and the next is served", async () => {
    const modules = { "a.rego": "package a\nx := count([1 | numbers.range(0, 100000)[_]; numbers.range(0, 100000)[_]])" };
    await expect(evalOpa(toolbox, { modules, query: "data.a.x" }, { deadlineMs: 300 })).rejects.toMatchObject({ code: "timeout" });
    expect(await evalOpa(toolbox, { modules: {}, query: "1 + 1" })).toEqual([2]);
  });
});
