import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../run-cli.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windlass-health-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const idle = { signal: new AbortController().signal, exitStatus: () => undefined };

const run = async (content: string, ...args: readonly string[]) => {
  const file = join(folder, "live.yaml");
  await writeFile(file, content);
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const status = await runCli(["health", "-f", file, ...args], { stdout, stderr, env: {}, interrupt: idle });
  return { status, out, err };
};

const linesOf = (text: string): readonly unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

const job = (name: string, condition: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, namespace: shop}\nstatus: {conditions: [{type: ${condition}, status: "True", reason: Because}]}\n`;

test("with -o json each object has one line, in the order of the file", async () => {
  const { status, out } = await run(`${job("a", "Complete")}---\n${job("b", "Failed")}`, "-o", "json");
  expect(status).toBe(0);
  expect(linesOf(out)).toEqual([
    { apiVersion: "batch/v1", kind: "Job", namespace: "shop", name: "a", status: "Healthy", message: "Completed" },
    { apiVersion: "batch/v1", kind: "Job", namespace: "shop", name: "b", status: "Degraded", message: "Because" },
  ]);
});

test("a document that cannot be read is an error with exit status 2, and the others are judged all the same", async () => {
  const { status, out, err } = await run(`${job("a", "Complete")}---\na: [\n---\n${job("b", "Failed")}`, "-o", "json");
  expect(status).toBe(2);
  expect(linesOf(out)).toMatchObject([{ name: "a" }, { name: "b" }]);
  expect(JSON.parse(err)).toMatchObject({ code: "invalid", details: { errors: [{ document: 2 }] } });
});

test("--kstatus judges in kstatus's words", async () => {
  const { out } = await run(`${job("a", "Complete")}---\n${job("b", "Failed")}`, "-o", "json", "--kstatus");
  expect(linesOf(out)).toMatchObject([{ status: "Current" }, { status: "Failed" }]);
});

test("as text, what stands in an object cannot control the terminal", async () => {
  const { out } = await run(job("a", "Failed").replace("Because", '"\\e[31mred\\nline"'));
  expect(out.split("\n")[0]).toMatch(/^STATUS\s+OBJECT\s+MESSAGE$/);
  expect(out).toContain("Job shop/a");
  expect(out).not.toContain("\u001B");
});

test("with --rules the rules of a folder have the word for their kinds", async () => {
  await mkdir(join(folder, "rules/batch/Job"), { recursive: true });
  await writeFile(join(folder, "rules/batch/Job/health.lua"), `return {status = "Suspended", message = obj.metadata.name}`);
  const { out } = await run(`${job("a", "Complete")}---\napiVersion: v1\nkind: Secret\n`, "-o", "json", "--rules", join(folder, "rules"));
  expect(linesOf(out)).toMatchObject([{ status: "Suspended", message: "a" }, { status: "Healthy" }]);
});

test("a workload is explained by its Pods and events where the file holds them", async () => {
  const replicaSet = "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: api, uid: u1}\nstatus: {observedGeneration: 1}\n";
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: api-x, ownerReferences: [{uid: u1}]}\n" +
    "status: {phase: Pending, containerStatuses: [{name: app, state: {waiting: {reason: ImagePullBackOff}}}]}\n";
  const { out } = await run(`${replicaSet}---\n${pod}`, "-o", "json");
  expect(linesOf(out)).toMatchObject([{ message: expect.stringContaining("Pod api-x: Container app waits: ImagePullBackOff") }, {}]);
});

test("a file that is not there is not found", async () => {
  const { status } = await (async () => {
    const sink = { write: () => undefined };
    return { status: await runCli(["health", "-f", join(folder, "none")], { stdout: sink, stderr: sink, env: {}, interrupt: idle }) };
  })();
  expect(status).toBe(6);
});
