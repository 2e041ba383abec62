import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Costs } from "../search/reckoning.ts";
import { type BisectFlags, bisect } from "./bisect.ts";
import { byteCount } from "./bytes.ts";
import { type CacheFlags, listCache, type PruneFlags, pruneCache } from "./cache.ts";
import { completion, shells } from "./completion/completion.ts";
import { doctor } from "./doctor.ts";
import { exitCodeOfUsage } from "./exit.ts";
import { type LogFlags, log, logForms } from "./log.ts";
import { list, show } from "./look.ts";
import { resume } from "./resume.ts";
import type { SessionFlags } from "./session.ts";
import { costsOf, type SimulateFlags, simulateCommand, simulatedNames } from "./simulate.ts";
import { version } from "./version.ts";

/**
 * Runs the command in `words` and returns its exit code. What is wrong with the words themselves is
 * said on standard error, with a suggestion for a typing mistake; other trouble is thrown.
 */
export async function commandLine(words: readonly string[]): Promise<number> {
  let code = 0;
  const program = describe(async (running) => {
    code = await running;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end here too, with 0.
    return error.exitCode === 0 ? 0 : exitCodeOfUsage;
  }
}

function describe(run: (running: Promise<number>) => Promise<void>): Command {
  const program = new Command("firstbad")
    .description(
      "Finds the commit that introduced a Linux kernel crash, says how sure it is, and shows why.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(see firstbad --help)")
    .addHelpText("before", examples);

  withSessionFlags(program.command("bisect"))
    .description("begin a bisection and drive it to its end")
    .argument("[job]", "the job file", "firstbad.yaml")
    .option("--repo <folder>", "the kernel's git repository")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option("--clean <commit>", "a commit on which it does not; else releases are walked back")
    .option("--policy <name>", "how to search: git, syzbot-2022, syzbot-2026")
    .option("--runs <n>", "runs of each commit", positive)
    .option("--confidence <p>", "probability that the result shall be right with", Number)
    .option("--dry-run", "print what would be done, and build nothing")
    .action((job: string, flags: BisectFlags) => run(bisect(job, flags)));

  withSessionFlags(program.command("resume"))
    .description("go on with a bisection that was stopped or cut off")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .action((id: string, flags: SessionFlags) => run(resume(id, flags)));

  program
    .command("list")
    .description("all bisections")
    .option("--json", "one array of objects")
    .addOption(new Option("--ids", "their ids alone, one a line").conflicts("json"))
    .action((flags) => run(list(flags)));

  program
    .command("show")
    .description("what a bisection came to, or where it stands")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .option("--json", "one object")
    .action((id: string, flags) => run(show(id, flags)));

  program
    .command("log")
    .description("the log of a bisection, or of a file in another form")
    .argument("[id]", "its id, the beginning of it, or `last`")
    .option("--from <file>", "a log of syzbot's or git's, or events as JSON (`-`: standard input)")
    .addOption(new Option("--format <name>", "its form").choices(logForms).default("syzbot"))
    .action((id: string | undefined, flags: LogFlags) => run(log(id, flags)));

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

  program
    .command("doctor")
    .description("what this machine can do, and how to mend what it cannot")
    .option("--json", "one object")
    .action((flags) => run(doctor(flags)));

  describeSimulate(program).action((flags: SimulateFlags) => run(simulateCommand(flags)));

  program
    .command("completion")
    .description("a script that completes this command line: source <(firstbad completion bash)")
    .addArgument(new Argument("<shell>", "whose script").choices(shells))
    .action((shell) => run(completion(program, shell)));

  return program;
}

function withSessionFlags(command: Command): Command {
  return command
    .option("-j, --jobs <n>", "builds at once (default: 1)", positive)
    .option("-m, --machines <n>", "machines at once (default: as many as processors)", positive)
    .option("--json", "print one object at the end")
    .option("--events <file>", "write every event as a line of JSON (`-`: standard output)")
    .option("--log <file>", "write the log in syzbot's form there too")
    .option("-q, --quiet", "say nothing but the result")
    .option("-v, --verbose", "say what every run does");
}

function describeSimulate(program: Command): Command {
  return program
    .command("simulate")
    .description("what bisections of made-up bugs would cost, by each policy")
    .addOption(new Option("--graph <file>", "a commit graph").conflicts(["repo", "bad", "good"]))
    .option("--repo <folder>", "a git repository")
    .option("--bad <commit>", "where its bugs crash")
    .option("--good <commit>", "where they do not; else all history is searched")
    .addOption(
      new Option("--policy <name>", "a policy; may be given again (default: all)")
        .choices(simulatedNames)
        .argParser(collected),
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
    .addOption(new Option("--bugs <n>", "how many bugs").argParser(positive).default(100))
    .addOption(new Option("--seed <n>", "which bugs").argParser(positive).default(1))
    .option("--crash-rate <p>", "share of runs in which the bug crashes", share)
    .option("--unrelated-rate <q>", "share of runs in which something else crashes", share)
    .option("--broken <share>", "share of commits that cannot be tested", share)
    .addOption(
      new Option("--cost <model>", "gce, laptop, or minutes: BUILD,RUN,PARALLEL")
        .argParser(costs)
        .default(costsOf("gce"), "gce"),
    )
    .addOption(new Option("--builders <w>", "builds at once").argParser(positive).default(1))
    .option("--json", "one array of objects");
}

function collected(name: string, before: readonly string[] | undefined): readonly string[] {
  if (!simulatedNames.includes(name)) {
    throw new InvalidArgumentError(`Allowed choices are ${simulatedNames.join(", ")}.`);
  }
  return [...(before ?? []), name];
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

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError("expected a whole number from 1 on");
  return Number(text);
}

const examples = `Examples:
  firstbad doctor                         whether this machine has all that is needed
  firstbad bisect firstbad.yaml           bisect what the job file describes
  firstbad bisect --clean v6.1 --dry-run  what would be done
  firstbad resume last                    go on after Ctrl-C, a reboot, a full disk
  firstbad show last                      the result, with the evidence
  firstbad log last                       the log in syzbot's form
  firstbad cache prune --size 5G          make room on the disk
  firstbad log --from FILE --format git   a log of syzbot's for git bisect replay
`;
