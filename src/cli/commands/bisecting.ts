import { type BisectFlags, bisect } from "../bisect.ts";
import { resume } from "../resume.ts";
import type { SessionFlags } from "../session.ts";
import { type Commands, positive, withSessionFlags } from "./command.ts";

/** What drives a bisection. */
export const bisecting: Commands = (program, run) => {
  withSessionFlags(program.command("bisect"))
    .description("begin a bisection and drive it to its end")
    .argument("[job]", "the job file", "firstbad.yaml")
    .option("--repo <folder>", "the kernel's git repository")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option("--clean <commit>", "a commit on which it does not; else releases are walked back")
    .option("--policy <name>", "how to search: git")
    .option("--runs <n>", "runs of each commit", positive)
    .option("--confidence <p>", "probability that the result shall be right with", Number)
    .option("--dry-run", "print what would be done, and build nothing")
    .action((job: string, flags: BisectFlags) => run(bisect(job, flags)));

  withSessionFlags(program.command("resume"))
    .description("go on with a bisection that was stopped or cut off")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .action((id: string, flags: SessionFlags) => run(resume(id, flags)));
};
