import { Argument } from "commander";
import { completion, shells } from "../completion/completion.ts";
import { doctor } from "../doctor.ts";
import type { Commands } from "./command.ts";

/** What is called once on a machine. */
export const settlingIn: Commands = (program, run) => {
  program
    .command("doctor")
    .description("what this machine can do, and how to mend what it cannot")
    .option("--json", "one object")
    .action((flags) => run(doctor(flags)));

  program
    .command("completion")
    .description("a script that completes this command line: source <(firstbad completion bash)")
    .addArgument(new Argument("<shell>", "whose script").choices(shells))
    .action((shell) => run(completion(program, shell)));
};
