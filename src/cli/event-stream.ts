import { writeFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import type { Observer } from "../session/observer.ts";

/** Events as lines of JSON, to a file or to standard output (`-`). */
export function eventStream(target: string): Observer {
  if (target === "-") {
    return { event: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`) };
  }
  writeFileSync(target, "");
  return { event: (event) => appendFile(target, `${JSON.stringify(event)}\n`) };
}
