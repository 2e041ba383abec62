import { InvalidArgumentError, Option } from "commander";
import { type ServeFlags, serve } from "../serve.ts";
import { type WatchFlags, watch } from "../watch.ts";
import { type Commands, collected, positive, withServerFlags } from "./command.ts";

/** The service, and what attaches to it. */
export const serving: Commands = (program, run) => {
  program
    .command("serve")
    .description("the pages and the interface of all bisections, in a browser and for programs")
    .option("--listen <address>", "where to listen (default: 127.0.0.1, for this machine alone)")
    .option("--port <n>", "on which port; 0: any that is free (default: 7420)", portIn)
    .option("--name <host>", "a name that this server is reached by; repeatable", collected)
    .option("--tokens <file>", "ask for the tokens of this file, also on this machine")
    .option("--make-token <role-name...>", "ROLE NAME: print a new token (read, submit, admin)")
    .option("--at-once <n>", "bisections driven at once; others wait (default: 2)", positive)
    .option("-j, --jobs <n>", "builds at once, of all bisections (default: 1)", positive)
    .option("-m, --machines <n>", "machines at once (default: as many as processors)", positive)
    .option("--repo <path>", "a repository that jobs may name; repeatable", collected)
    .option("--files <path>", "a folder with disk images that jobs may name; repeatable", collected)
    .option("--allow-any-repo", "let jobs name any repository")
    .option("--allow-program", "let jobs build and run programs, in the sandbox")
    .option("--allow-command", "let jobs name commands as machines, and compilers by path")
    .option("--allow-ssh", "let jobs use boards over ssh")
    .addOption(
      new Option("--log-level <level>", "what the log on standard error tells")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("info"),
    )
    .action((flags: ServeFlags) => run(serve(flags)));

  withServerFlags(program.command("watch"))
    .description("show what happens to a bisection that another process drives, or a server")
    .argument("<id>", "its id, the beginning of it, or `last`")
    .option("-q, --quiet", "say nothing but where it stands at the end")
    .option("-v, --verbose", "say what every run does")
    .action((id: string, flags: WatchFlags) => run(watch(id, flags)));
};

function portIn(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError("expected a port, from 0 to 65535");
}
