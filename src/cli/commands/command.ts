import { type Command, InvalidArgumentError } from "commander";

/** Waits for a command that was called, whose exit code is that of the process. */
export type Run = (running: Promise<number>) => Promise<void>;

/** A group of commands puts itself below `program`. */
export type Commands = (program: Command, run: Run) => void;

/** `command` with the flags of those that drive a bisection: `SessionFlags`. */
export function withSessionFlags(command: Command): Command {
  return command
    .option("-j, --jobs <n>", "builds at once (default: 1)", positive)
    .option("-m, --machines <n>", "machines at once (default: as many as processors)", positive)
    .option("--json", "print one object at the end")
    .option("--events <file>", "write every event as a line of JSON (`-`: standard output)")
    .option("--log <file>", "write the log in syzbot's form there too")
    .option("-q, --quiet", "say nothing but the result")
    .option("-v, --verbose", "say what every run does");
}

/** `command` with the flags that name a server: `ServerFlags`. */
export function withServerFlags(command: Command): Command {
  return command
    .option("--server <url>", "the server whose it is, instead of this machine")
    .option("--token-file <file>", "the file with the token for it (default: $FIRSTBAD_TOKEN)");
}

/** All values of a flag that is given several times. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `command` with the flags that go over a job's machine: `MachineFlags`. */
export function withMachineFlags(command: Command): Command {
  return command
    .option("--cmdline <words>", "words for the kernel's command line")
    .option("--memory <size>", "memory of a guest, such as 512M")
    .option("--smp <n>", "processors of a guest, where the machine is qemu", positive);
}

/** A count, as a flag has it. */
export function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError("expected a whole number from 1 on");
  return Number(text);
}
