import { Option } from "commander";
import { accuracy } from "../accuracy.ts";
import { type JudgeFlags, judge } from "../judge.ts";
import type { MailFlags } from "../mail/mail.ts";
import { type Commands, collected } from "./command.ts";

/** What is done with results. */
export const afterwards: Commands = (program, run) => {
  program
    .command("mail")
    .description("the mail to those who answer for the culprit: shows it, unless --send is given")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .addOption(
      new Option(
        "--to-file <file>",
        "write it as it would be sent (`-`: standard output)",
      ).conflicts("send"),
    )
    .option("--send", "send it, once")
    .option("--again", "send it though it was sent before, as an answer to that")
    .option("--smtp <url>", "the mail server: smtp://[USER@]HOST[:PORT], smtps://…")
    .option("--from <person>", "who sends it: NAME <USER@HOST> (default: you, as git knows you)")
    .option("--to <person>", "to these alone, in place of all others; repeatable", collected)
    .option("--cc <person>", "to these, too; repeatable", collected)
    .option("--reported-by <person>", "who reported the bug (default: the job's, or who sends it)")
    .option("--closes <url>", "where it was reported (default: the job's, or the mail itself)")
    .option("--in-reply-to <message-id>", "the mail that it answers (default: the job's)")
    .option("--subject <text>", "another subject")
    .option("--json", "one object")
    // Only now: other commands need not wait for what composes and sends mails.
    .action((id: string, flags: MailFlags) =>
      run(import("../mail/mail.ts").then(({ mail }) => mail(id, flags))),
    );

  program
    .command("judge")
    .description("keep whether the answer of a bisection is right, as you found out since")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .argument("<verdict>", "`right`, `wrong`, or the commit that it is")
    .option("--why <text>", "the reason, which is kept and shown")
    .option("--json", "one object")
    .action((id: string, verdict: string, flags: JudgeFlags) => run(judge(id, verdict, flags)));

  program
    .command("export")
    .description("a bisection as one file, to keep or to give to somebody")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .argument("[file]", "where it is written (default: ID.tar.gz here; `-`: standard output)")
    .action((id: string, file: string | undefined) =>
      run(import("../archive.ts").then(({ exportBisection }) => exportBisection(id, file))),
    );

  program
    .command("import")
    .description("takes in a bisection that `export` wrote, from whomever it is")
    .argument("<file>", "the archive")
    .option("--as <id>", "another name, where its own is taken")
    .action((file: string, flags: { readonly as?: string }) =>
      run(import("../archive.ts").then(({ importBisection }) => importBisection(file, flags))),
    );

  program
    .command("accuracy")
    .description("how many judged answers are right, by type of crash and by stated confidence")
    .option("--json", "one object")
    .action((flags) => run(accuracy(flags)));
};
