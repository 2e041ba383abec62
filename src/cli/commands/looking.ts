import { Option } from "commander";
import { logForms } from "../../session/log-text.ts";
import { explain } from "../explain.ts";
import { type LogFlags, log } from "../log.ts";
import { list, show } from "../look.ts";
import type { ReportFlags } from "../report.ts";
import { reproduce } from "../reproduce.ts";
import { type Commands, positive, withServerFlags } from "./command.ts";

/** What tells of bisections and changes none. */
export const looking: Commands = (program, run) => {
  withServerFlags(program.command("list"))
    .description("all bisections, of this machine or of a server")
    .option("--json", "one array of objects")
    .addOption(new Option("--ids", "their ids alone, one a line").conflicts("json"))
    .action((flags) => run(list(flags)));

  withServerFlags(program.command("show"))
    .description("what a bisection came to, or where it stands")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .option("--json", "one object")
    .addOption(
      new Option(
        "--verify",
        "take its decisions again, and say which come out otherwise",
      ).conflicts("server"),
    )
    .action((id: string, flags) => run(show(id, flags)));

  program
    .command("explain")
    .description("whom it suspects, what was tested and why, and why the result is believed")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .argument("[step]", "the number of one step: what was believed then", positive)
    .option("--json", "one object")
    .action((id: string, step: number | undefined, flags) => run(explain(id, step ?? null, flags)));

  const forms = ["html", "markdown", "text", "json"] as const;
  const form = (name: (typeof forms)[number], what: string) =>
    new Option(`--${name}`, what).conflicts(forms.filter((other) => other !== name));
  program
    .command("report")
    .description("a bisection as one document to keep or to send")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .addOption(form("html", "a page that stands by itself, without any script"))
    .addOption(form("markdown", "for a bug tracker"))
    .addOption(form("text", "what `show` prints, and what each verdict rests on (the default)"))
    .addOption(form("json", "one object, as `show --json` prints it"))
    .option("--consoles", "with --html: all consoles, and not only what matters of the key ones")
    .option("-o, --output <file>", "where it is written (default: standard output)")
    // Only now: other commands need not wait for what makes a document.
    .action((id: string, flags: ReportFlags) =>
      run(import("../report.ts").then(({ report }) => report(id, flags))),
    );

  program
    .command("reproduce")
    .description("a shell script that repeats one step by hand: its kernel, and a run of it")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .argument("<step>", "the number of the step, as `explain` tells it", positive)
    .option("--run <n>", "which run (default: the first that crashed)", positive)
    .action((id: string, step: number, flags) => run(reproduce(id, step, flags)));

  program
    .command("log")
    .description("the log of a bisection, or of a file in another form")
    .argument("[id]", "its id, the beginning of it, or `last`")
    .option("--from <file>", "a log of syzbot's or git's, or events as JSON (`-`: standard input)")
    .addOption(new Option("--format <name>", "its form").choices(logForms).default("syzbot"))
    .action((id: string | undefined, flags: LogFlags) => run(log(id, flags)));
};
