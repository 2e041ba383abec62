import { defineConfig } from "vite";

/** The same views for a report in one file: `dist/report/report.js`, a module for Node. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    ssr: "report.tsx",
    outDir: "../dist/report",
    emptyOutDir: true,
    target: "node22",
    rolldownOptions: { output: { entryFileNames: "report.js" } },
  },
  // All in one file: the report needs no package when it is written.
  ssr: { noExternal: true },
});
