import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      // Data in, data out: needs nothing but Node.
      { test: { name: "pure", include: ["packages/core/src/**/*.test.ts"] } },
      // The checkers themselves, each run on a planted fault.
      { test: { name: "tooling", include: ["test/tooling/**/*.test.ts"], testTimeout: 60_000 } },
      // Everything else runs against a real control plane, which the set-up starts.
      {
        test: {
          name: "real",
          include: ["packages/{engine,cli}/src/**/*.test.ts", "testbed/src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/tooling/**"],
          globalSetup: ["testbed/src/vitest-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
