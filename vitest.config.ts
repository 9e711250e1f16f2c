import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "pure", include: ["packages/core/src/**/*.test.ts"] } },
      {
        test: {
          name: "real",
          include: ["packages/{engine,cli}/src/**/*.test.ts", "testbed/src/**/*.test.ts", "test/**/*.test.ts"],
          globalSetup: ["testbed/src/vitest-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
