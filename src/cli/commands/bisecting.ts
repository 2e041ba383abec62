import { type Command, Option } from "commander";
import { type BisectFlags, bisect } from "../bisect.ts";
import { withBoundsFlags } from "../bounds-flags.ts";
import { replay } from "../replay.ts";
import { type ResumeFlags, resume } from "../resume.ts";
import { type RunFlags, run as runPredicate } from "../run.ts";
import {
  type Commands,
  collected,
  positive,
  withMachineFlags,
  withServerFlags,
  withSessionFlags,
} from "./command.ts";
import { wordsAroundDashes } from "./dashes.ts";

/** The job file that is taken where none is named. */
const usualJob = "firstbad.yaml";

/** What drives a bisection. */
export const bisecting: Commands = (program, run) => {
  withServerFlags(withMachineFlags(withTermFlags(withSearchFlags(program.command("bisect")))))
    .description("begin a bisection and drive it to its end, here or on a server")
    .usage("[options] [job] [-- paths...]")
    .argument("[job]", `the job file (default: ${usualJob})`)
    .argument("[paths...]", "behind `--`: only commits that change one of these are searched")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option(
      "--clean <commit>",
      "a commit on which it does not; else older releases are searched, too",
    )
    .addOption(new Option("--find <what>", "cause (the default) or fix").choices(["cause", "fix"]))
    .option("--head <commit>", "with --find fix: up to which commit (default: the newest branch)")
    .option("--cause <commit>", "with --find fix: the commit that brought the bug, where known")
    .option(
      "--expect <what>",
      'what counts as the bug, such as "boot: fails" or "test: suite.case"',
    )
    .action((_job, _paths, flags: BisectFlags, command: Command) => {
      const { before, behind: paths } = wordsAroundDashes(command);
      const [job = usualJob, ...more] = before;
      refuseMore(command, more);
      return run(bisect(job, { ...flags, paths }));
    });

  withMachineFlags(withTermFlags(withSearchFlags(program.command("replay"))))
    .description("begin a bisection where a log of git's or syzbot's ends")
    .usage("[options] <file> [job] [-- paths...]")
    .argument("<file>", "the log (`-`: standard input)")
    .argument("[job]", `the job file, for what no log tells (default: ${usualJob})`)
    .argument("[paths...]", "behind `--`: only commits that change one of these are searched")
    .action((_file, _job, _paths, flags: BisectFlags, command: Command) => {
      const { before, behind: paths } = wordsAroundDashes(command);
      const [file, job = usualJob, ...more] = before;
      if (file === undefined) command.error("error: name the log before `--`");
      refuseMore(command, more);
      return run(replay(file, job, { ...flags, paths }));
    });

  withTermFlags(withSearchFlags(program.command("run")))
    .description("bisect with the exit code of a command of your own, as `git bisect run` does")
    .usage("[options] [job] -- <command> [words...]")
    .argument("[job]", "a job file of a program, for what is built and its bounds")
    .argument("[words...]", "the command, behind `--`: 0 is good, 1 to 127 bad, 125 skip")
    .option("--bad <commit>", "a commit that is bad (default: HEAD)")
    .option("--good <commit>", "a commit that is good; else older releases are searched, too")
    .option("--seconds <n>", "how long the command may take (default: a day)", positive)
    .action((_job, _words, flags: RunFlags, command: Command) => {
      const { before, behind } = wordsAroundDashes(command);
      const [job, ...more] = before;
      if (behind.length === 0) command.error("error: put the command behind `--`");
      refuseMore(command, more);
      return run(runPredicate(job, behind, flags));
    });

  withBoundsFlags(withSessionFlags(program.command("resume")))
    .description("go on with a bisection that was stopped or cut off, or whose budget was used up")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .option("--head <commit>", "where there was no fix yet: up to which commit it is searched now")
    .option("--fetch <remote>", "fetch commits that are missing from this remote or URL")
    .action((id: string, flags: ResumeFlags) => run(resume(id, flags)));
};

function refuseMore(command: Command, more: readonly string[]): void {
  if (more.length > 0) command.error(`error: too many words before \`--\`: ${more.join(" ")}`);
}

/** Flags of the commands that begin a bisection. */
function withSearchFlags(command: Command): Command {
  return withBoundsFlags(withSessionFlags(command))
    .option("--repo <folder>", "the git repository")
    .option("--policy <name>", "how to search: adaptive, git, syzbot-2022, syzbot-2026")
    .option("--runs <n>", "runs of each commit", positive)
    .option("--confidence <p>", "probability that the result shall be right with", Number)
    .option(
      "--suspect <path>",
      "a file or folder that the culprit may change; repeatable",
      collected,
    )
    .option("--repair", "search what mended commits that do not build or boot")
    .option("--no-repair", "go around what does not build or boot")
    .option("--revert-check", "build the crashing commit without the culprit, whatever the policy")
    .option("--no-revert-check", "build no kernel without the culprit")
    .option("--deeper", "search behind a culprit that made a bug visible, and inside of merges")
    .option("--no-deeper", "end at the first bad commit")
    .option("--first-parent", "follow first parents alone: a merge counts as one commit")
    .option(
      "--reuse <id>",
      "take over the runs of this bisection; auto: of the newest that fits; none (default: of the same job and commit)",
    )
    .option("--fetch <remote>", "fetch commits of the job that are missing from this remote or URL")
    .option("--dry-run", "print what would be done, and build nothing")
    .option("--allow-host", "run a program, or that of a machine, as you, without a sandbox");
}

function withTermFlags(command: Command): Command {
  return command
    .option("--term-old <word>", "what commits without the change are called (default: good)")
    .addOption(new Option("--term-good <word>", "the same").conflicts("termOld"))
    .option("--term-new <word>", "what commits with it are called (default: bad)")
    .addOption(new Option("--term-bad <word>", "the same").conflicts("termNew"));
}
