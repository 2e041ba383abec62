import type { Command } from "commander";
import { type BisectFlags, bisect } from "../bisect.ts";
import { resume } from "../resume.ts";
import { type RunFlags, run as runPredicate } from "../run.ts";
import type { SessionFlags } from "../session.ts";
import { type Commands, positive, withSessionFlags } from "./command.ts";
import { wordsBehindDashes } from "./dashes.ts";

/** What drives a bisection. */
export const bisecting: Commands = (program, run) => {
  withSessionFlags(program.command("bisect"))
    .description("begin a bisection and drive it to its end")
    .argument("[job]", "the job file", "firstbad.yaml")
    .option("--repo <folder>", "the git repository")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option("--clean <commit>", "a commit on which it does not; else releases are walked back")
    .option("--policy <name>", "how to search: git, syzbot-2022, syzbot-2026")
    .option("--runs <n>", "runs of each commit", positive)
    .option("--confidence <p>", "probability that the result shall be right with", Number)
    .option("--dry-run", "print what would be done, and build nothing")
    .option("--allow-host", "run a program as you, without a sandbox")
    .action((job: string, flags: BisectFlags) => run(bisect(job, flags)));

  withSessionFlags(program.command("run"))
    .description("bisect with the exit code of a command of your own, as `git bisect run` does")
    .usage("[options] [job] -- <command> [words...]")
    .argument("[job]", "a job file of a program, for what is built and its bounds")
    .argument("[words...]", "the command, behind `--`: 0 is good, 1 to 127 bad, 125 skip")
    .option("--repo <folder>", "the git repository (default: this folder)")
    .option("--bad <commit>", "a commit that is bad (default: HEAD)")
    .option("--good <commit>", "a commit that is good; else releases are walked back")
    .option("--policy <name>", "how to search: git, syzbot-2022, syzbot-2026")
    .option("--runs <n>", "runs of each commit (default: 1)", positive)
    .option("--confidence <p>", "probability that the result shall be right with", Number)
    .option("--seconds <n>", "how long the command may take (default: a day)", positive)
    .option("--dry-run", "print what would be done, and run nothing")
    .option("--allow-host", "run it as you, with your environment, without a sandbox")
    .action((_job, _words, flags: RunFlags, command: Command) => {
      const words = wordsBehindDashes(command) ?? [];
      const [job, ...more] = command.args.slice(0, command.args.length - words.length);
      if (words.length === 0) command.error("error: put the command behind `--`");
      if (more.length > 0) command.error("error: at most one job file stands before `--`");
      return run(runPredicate(job, words, flags));
    });

  withSessionFlags(program.command("resume"))
    .description("go on with a bisection that was stopped or cut off")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .action((id: string, flags: SessionFlags) => run(resume(id, flags)));
};
