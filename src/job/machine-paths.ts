import type { KernelJob } from "./schema.ts";

type JobMachine = KernelJob["machine"];
type SshMachine = Extract<JobMachine, { type: "ssh" }>;

/** `machine` with the path of each file that is taken in changed. */
export function withTakenFiles(machine: JobMachine, change: (path: string) => string): JobMachine {
  return machine.type === "command" ? { ...machine, files: machine.files.map(change) } : machine;
}

/**
 * `machine` with each path changed that stays where it is: a board's keys, and the programs of this
 * machine that go with it where they are named by a path.
 */
export function withKeptPaths(machine: JobMachine, change: (path: string) => string): JobMachine {
  if (machine.type !== "ssh") return machine;
  const words = ([program = "", ...rest]: readonly string[]): string[] => [
    program.includes("/") ? change(program) : program,
    ...rest,
  ];
  const step = <Step extends SshMachine["install"]>(given: Step) =>
    typeof given === "string" ? given : { host: words(given.host) };
  const { install, reboot, console } = machine;
  const cycle = machine["power-cycle"];
  return {
    ...machine,
    key: change(machine.key),
    "known-hosts": change(machine["known-hosts"]),
    install: step(install),
    reboot: step(reboot),
    ...(cycle && { "power-cycle": words(cycle) }),
    console: "command" in console ? { command: words(console.command) } : console,
  };
}
