import type { EventOf } from "../event/index.ts";
import { type ReadTreeFile, readKconfig } from "../kconfig/read.ts";
import { variablesFor } from "../kconfig/variables.ts";
import { parseConfig } from "../kernel/config.ts";
import { candidatesOf, countOn } from "./candidates.ts";
import { groupsFor } from "./instrumentation.ts";
import { type CrashFacts, weigh } from "./weights.ts";

/** What a search for a smaller configuration begins with. */
interface Given {
  /** The crashing configuration and the baseline, as the tree itself writes them. */
  readonly full: string;
  readonly base: string | null;
  /** Whether the baseline is one that somebody boots. */
  readonly bootable: boolean;
  readonly arch: string;
  readonly crash: CrashFacts | null;
  readonly read: ReadTreeFile;
}

/**
 * What may be left out, and how likely the crash needs each, from the Kconfig files of the tree that `read` reads.
 * Throws `kconfig-invalid` where they cannot be read, `config-invalid` where a configuration is none.
 */
export function prepare({ full, base, bootable, arch, crash, read }: Given): {
  readonly candidates: EventOf<"minimise-prepared">["candidates"];
  readonly finders: string[];
} {
  const kconfig = readKconfig("Kconfig", read, variablesFor(arch === "um" ? "um" : "x86_64"));
  const baseline = base === null ? null : parseConfig(base, "the baseline");
  const found = candidatesOf(kconfig, parseConfig(full, "the configuration"), baseline);
  const chances = weigh(found, crash, bootable, read);
  return {
    candidates: found.map(({ name, needs, group, inBase }, place) => ({
      name,
      needs: [...needs],
      chance: chances[place] ?? 0,
      ...(group !== null && { group }),
      ...(inBase && { inBase }),
    })),
    finders: crash === null ? [] : [...groupsFor(crash)],
  };
}

/** How many options of the configuration `text` are on. */
export function optionsOn(text: string): number {
  return countOn(parseConfig(text, "the configuration"));
}
