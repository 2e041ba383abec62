import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          globalSetup: "test/temporary-folder.ts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/real/**", "test/full/**"],
          // Usually one processor is left free: of two that is half.
          maxWorkers: "100%",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Real kernels: two files at once, since what one does between builds leaves a core idle.
        test: {
          name: "real",
          globalSetup: ["test/temporary-folder.ts", "test/real/without-kernels.ts"],
          include: ["test/real/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: 2,
          // Guests that QEMU emulates: of five at once on two processors none has the time that kernels count on.
          maxConcurrency: 3,
        },
      },
      {
        // The whole matrix of kernels, machines and compilers: an hour or so, not part of `npm test`.
        test: {
          name: "full",
          globalSetup: ["test/temporary-folder.ts", "test/real/without-kernels.ts"],
          include: ["test/full/**/*.test.ts"],
          testTimeout: 3_600_000,
          hookTimeout: 3_600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
