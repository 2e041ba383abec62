import { InvalidArgumentError, Option } from "commander";
import type { Costs } from "../../search/reckoning.ts";
import { costsOf, type SimulateFlags, simulateCommand, simulatedNames } from "../simulate.ts";
import { type Commands, collected, positive } from "./command.ts";

/** What only reckons. */
export const simulating: Commands = (program, run) => {
  program
    .command("simulate")
    .description("what bisections of made-up bugs would cost, by each policy")
    .addOption(new Option("--graph <file>", "a commit graph").conflicts(["repo", "bad", "good"]))
    .option("--repo <folder>", "a git repository")
    .option("--bad <commit>", "where its bugs crash")
    .option("--good <commit>", "where they do not; else all history is searched")
    .addOption(
      new Option("--policy <name>", "a policy; may be given again (default: all)")
        .choices(simulatedNames)
        .argParser(policies),
    )
    .addOption(
      new Option("--prior <kind>", "what the adaptive policy knows of a bug")
        .choices(["report", "none", "useless"])
        .default("report"),
    )
    .addOption(
      new Option("--preset <name>", "how much goes wrong: as in real bisections, or nothing")
        .choices(["real", "clean"])
        .default("real"),
    )
    .addOption(
      new Option("--find <what>", "the commit that brought each bug, or its fix")
        .choices(["cause", "fix"])
        .default("cause"),
    )
    .addOption(new Option("--bugs <n>", "how many bugs").argParser(positive).default(100))
    .addOption(new Option("--seed <n>", "which bugs").argParser(positive).default(1))
    .option("--crash-rate <p>", "share of runs in which the bug crashes", share)
    .option("--unrelated-rate <q>", "share of runs in which something else crashes", share)
    .option("--broken <share>", "share of commits that do not build", share)
    .option("--unbootable <share>", "share of commits that do not boot", share)
    .option("--fix-applies <p>", "how often what mended a stretch applies to all of it", share)
    .option("--repair", "search what mended commits that do not build or boot")
    .option(
      "--opened-later <share>",
      "share of bugs that cannot show before some commit after the culprit",
      share,
    )
    .option(
      "--opened-by-culprit <share>",
      "share of the others whose culprit is the first to come to the crashing function",
      share,
    )
    .option("--reached", "runs tell whether they came to the crashing function")
    .addOption(
      new Option("--cost <model>", "gce, laptop, or minutes: BUILD,RUN,PARALLEL")
        .argParser(costs)
        .default(costsOf("gce"), "gce"),
    )
    .addOption(new Option("--builders <w>", "builds at once").argParser(positive).default(1))
    .option("--json", "one array of objects")
    .action((flags: SimulateFlags) => run(simulateCommand(flags)));
};

function policies(name: string, before: readonly string[] | undefined): readonly string[] {
  if (!simulatedNames.includes(name)) {
    throw new InvalidArgumentError(`Allowed choices are ${simulatedNames.join(", ")}.`);
  }
  return collected(name, before);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("expected a number from 0 to 1");
  }
  return value;
}

function costs(text: string): Costs {
  const known = costsOf(text);
  if (known !== null) return known;
  throw new InvalidArgumentError("expected gce, laptop, or three numbers: BUILD,RUN,PARALLEL");
}
