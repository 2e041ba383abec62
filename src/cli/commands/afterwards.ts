import { accuracy } from "../accuracy.ts";
import { type JudgeFlags, judge } from "../judge.ts";
import type { Commands } from "./command.ts";

/** What is done with results. */
export const afterwards: Commands = (program, run) => {
  program
    .command("judge")
    .description("keep whether the answer of a bisection is right, as you found out since")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .argument("<verdict>", "`right`, `wrong`, or the commit that it is")
    .option("--why <text>", "the reason, which is kept and shown")
    .option("--json", "one object")
    .action((id: string, verdict: string, flags: JudgeFlags) => run(judge(id, verdict, flags)));

  program
    .command("accuracy")
    .description("how many judged answers are right, by type of crash and by stated confidence")
    .option("--json", "one object")
    .action((flags) => run(accuracy(flags)));
};
