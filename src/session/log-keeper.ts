import { appendFile, rename, writeFile } from "node:fs/promises";
import type { BisectionEvent } from "../event/index.ts";
import { log2022 } from "../syzbot/index.ts";
import type { Observer } from "./observer.ts";

/** Keeps the log in syzbot's dialect at `path`: it grows with the bisection and is whole at any time. */
export function logKeeper(path: string): Observer {
  let textOf: ((event: BisectionEvent) => string) | null = null;
  return {
    async event(event, all) {
      if (textOf !== null) return appendFile(path, textOf(event));
      textOf = log2022();
      await writeFile(`${path}.new`, all.map(textOf).join(""));
      await rename(`${path}.new`, path);
    },
  };
}
