import { join } from "node:path";
import { defineConfig } from "vite";
import { compressed } from "./compressed.ts";

const folder = join(import.meta.dirname, "../dist/web");

/** The pages: `dist/web`, every asset with its hash in its name, no code within the markup. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [compressed(folder)],
  build: {
    outDir: folder,
    emptyOutDir: true,
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // A data: address within a style would need a wider content security policy.
    assetsInlineLimit: 0,
    // The polyfill for preloading is a script within the page, which the policy forbids.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
