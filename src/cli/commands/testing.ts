import { Option } from "commander";
import { withBoundsFlags } from "../bounds-flags.ts";
import { type CrashFlags, crash } from "../crash.ts";
import { type MinimizeFlags, minimize } from "../minimize.ts";
import { type PresenceFlags, presence } from "../presence.ts";
import { type TestFlags, test } from "../test.ts";
import {
  type Commands,
  collected,
  positive,
  withMachineFlags,
  withSessionFlags,
} from "./command.ts";

/** What looks at one commit or one console, and begins no bisection. */
export const testing: Commands = (program, run) => {
  withMachineFlags(program.command("test"))
    .description("build and run one commit: good or bad, safe inside `git bisect run`")
    .argument("[commit]", "the commit (default: HEAD of this folder's repository, or the job's)")
    .option("--job <file>", "the job file", "firstbad.yaml")
    .option("--repo <folder>", "the git repository")
    .option("--runs <n>", "runs (default: the job's, or 4)", positive)
    .option("--all-runs", "do not stop once a run has shown the bug")
    .addOption(
      new Option("--title <title>", "the bug's title; may be given several times")
        .argParser((title: string, before: string[] = []) => [...before, title])
        .conflicts(["like", "any", "expect"]),
    )
    .addOption(
      new Option(
        "--expect <what>",
        'what counts as the bug, such as "boot: fails" or "test: suite.case"',
      ).conflicts(["like", "any"]),
    )
    .addOption(new Option("--like <id>", "the bug is that of this bisection").conflicts("any"))
    .option("--any", "any crash is the bug, whatever the job expects")
    .option("--allow-host", "a program, or that of a machine, may run as you, without a sandbox")
    .option("--fetch <remote>", "fetch the commit from this remote or URL where it is missing")
    .option("--keep <folder>", "put consoles and the report there")
    .option("-m, --machines <n>", "machines at once (default: as many as processors)", positive)
    .option("--json", "print one object at the end")
    .option("-q, --quiet", "say nothing but the result")
    .addOption(
      new Option("--shell", "instead of runs, a shell in a guest with the reproducer").conflicts([
        ...["runs", "allRuns", "title", "expect", "like", "any"],
        ...["allowHost", "keep", "machines", "json"],
      ]),
    )
    .action((commit: string | undefined, flags: TestFlags) => run(test(commit, flags)));

  withMachineFlags(withBoundsFlags(withSessionFlags(program.command("minimize"))))
    .description("make the configuration smaller that a commit crashes with")
    .argument("[job]", "the job file (default: firstbad.yaml)")
    .option("--baseline <file>", "a .config that boots: what it lacks is left out where it can be")
    .option("--output <file>", "write the smaller configuration there")
    .option("--repo <folder>", "the git repository")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option("--runs <n>", "runs of the crashing commit", positive)
    .option("--fetch <remote>", "fetch the crashing commit from there where it is missing")
    .option("--allow-host", "the job's machine may be a program that runs as you")
    .action((job: string | undefined, flags: MinimizeFlags) =>
      run(minimize(job ?? "firstbad.yaml", flags)),
    );

  withMachineFlags(withBoundsFlags(withSessionFlags(program.command("presence"))))
    .description("in which releases and branches a crash is, by as few kernels as that takes")
    .argument("[what]", "the job file (default: firstbad.yaml), or the id of a bisection")
    .option("--releases <range>", "releases, such as v6.1..v6.12 or v6.6; repeatable", collected)
    .option("--trees <names>", "branches or other commits, with commas; repeatable", collected)
    .option("--cause <commit>", "the commit that brought it (default: the bisection's culprit)")
    .option("--fix <commit>", "the commit that mended it, where it is known")
    .option("--fetch <remote>", "fetch the crashing commit from there where it is missing")
    .option("--all", "build every tree, whatever others tell of it")
    .option("--repo <folder>", "the git repository")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option("--runs <n>", "runs of each commit", positive)
    .option("--allow-host", "run a program, or that of a machine, as you, without a sandbox")
    .action((what: string | undefined, flags: PresenceFlags) =>
      run(presence(what ?? "firstbad.yaml", flags)),
    );

  program
    .command("crash")
    .description("the crash in a console: its title, type, frames and report")
    .argument("[file...]", "consoles of any size (`-`: standard input)")
    .option("--vmlinux <file>", "the kernel's binary: adds source lines to the report")
    .option("--all", "all crashes of a console, not only the first")
    .option("--json", "one object a console, on a line of its own")
    .option("--jsonl", "answer objects {id, log | log_b64}, one a line, on standard input")
    .action((files: string[], flags: CrashFlags) => run(crash(files, flags)));
};
