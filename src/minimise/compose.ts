import { createHash } from "node:crypto";
import { formatConfig, parseConfig } from "../kernel/config.ts";

/**
 * The configuration `full` without the options `left`: each is written as off, so that no default turns it on again. What needed
 * them is for the tree's own kconfig to find out.
 */
export function configTextWithout(full: string, left: readonly string[]): string {
  const options = new Map(parseConfig(full, "the configuration"));
  for (const name of left) options.set(name, "n");
  return formatConfig(options);
}

/** What names the configuration of hash `full` without the options `left`, in any order. */
export function hashWithout(full: string, left: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([full, left.toSorted()]))
    .digest("hex");
}
