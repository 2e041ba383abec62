import { Option } from "commander";
import { byteCount } from "../bytes.ts";
import { type CacheFlags, listCache, type PruneFlags, pruneCache } from "../cache.ts";
import type { Commands } from "./command.ts";

/** What is kept on the disk for later. */
export const caching: Commands = (program, run) => {
  const cache = program
    .command("cache")
    .description("what kernels and builds take on the disk, and how to get it back");
  cache
    .command("list")
    .description("kernels, build slots and what else is in the cache")
    .option("--json", "one object")
    .action((flags: CacheFlags) => run(listCache(flags)));
  cache
    .command("prune")
    .description("remove the kernels not used for longest, and what killed processes left")
    .addOption(
      new Option(
        "--size <size>",
        "bytes that kernels may take then, as 5G (default: 20G)",
      ).argParser(byteCount),
    )
    .addOption(new Option("--all", "all kernels that nobody uses").conflicts("size"))
    .option("--json", "one object")
    .action((flags: PruneFlags) => run(pruneCache(flags)));
};
