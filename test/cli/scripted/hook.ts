// Loaded before firstbad itself: its lab on this machine is exchanged for one that keeps to a script.
import { registerHooks } from "node:module";

const scripted = new URL("local-lab.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const isLab = resolved.url.endsWith("/src/lab/local-lab.ts");
    return isLab ? { ...resolved, url: scripted } : resolved;
  },
});
