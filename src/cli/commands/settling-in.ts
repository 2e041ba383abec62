import { Argument } from "commander";
import { completion, shells } from "../completion/completion.ts";
import { doctor } from "../doctor.ts";
import { type InitFlags, init } from "../init.ts";
import type { Commands } from "./command.ts";

/** What is called once, on a machine or for a crash. */
export const settlingIn: Commands = (program, run) => {
  program
    .command("doctor")
    .description("what this machine can do, and how to mend what it cannot")
    .option("--json", "one object")
    .action((flags) => run(doctor(flags)));

  program
    .command("init")
    .description("write a job file: asks, with answers found by looking around")
    .argument("[file]", "the job file", "firstbad.yaml")
    .option("--repo <folder>", "the kernel's git repository")
    .option("--crashes <commit>", "a commit on which it crashes")
    .option("--clean <commit>", "a commit on which it does not; `none`: search older releases, too")
    .option("--config <file>", "the kernel's .config, or a target such as defconfig")
    .option("--machine <type>", "where kernels run: uml, qemu")
    .option("--arch <arch>", "um, x86_64, arm64, or another one of QEMU's")
    .option("--reproducer <file>", "C source, or a shell script")
    .option(
      "--expect <what>",
      'what counts as the bug, if no crash: "boot: fails", "test: suite.case"',
    )
    .option("-y, --yes", "ask nothing: take flags and what is found")
    .option("--force", "write over a file that is there")
    .action((file: string, flags: InitFlags) => run(init(file, flags)));

  program
    .command("completion")
    .description("a script that completes this command line: source <(firstbad completion bash)")
    .addArgument(new Argument("<shell>", "whose script").choices(shells))
    .action((shell) => run(completion(program, shell)));
};
