import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { KernelJob } from "../job/schema.ts";
import { createCommandMachine } from "../machine/command/command.ts";
import type { Machine, MachineWords } from "../machine/machine.ts";
import { createNoMachine } from "../machine/none.ts";
import { qemuArchitectures } from "../machine/qemu/architectures.ts";
import { createQemuMachine } from "../machine/qemu/qemu.ts";
import type { Board } from "../machine/ssh/board.ts";
import { createSshMachine } from "../machine/ssh/ssh.ts";
import { createUmlMachine } from "../machine/uml.ts";

/**
 * The machine that `job` asks for; what it keeps is below the folder `cache`. Throws `config-not-for-machine` where it cannot boot kernels of the
 * job's architecture.
 */
export function machineOf({ kernel: { arch }, machine }: KernelJob, cache: string): Machine {
  switch (machine.type) {
    case "uml":
      if (arch !== "um") throw notFor(machine.type, arch, "um");
      return createUmlMachine();
    case "qemu":
      if (arch === "um")
        throw notFor(machine.type, arch, Object.keys(qemuArchitectures).join(", "));
      return createQemuMachine({
        arch,
        smp: machine.smp,
        ...(machine.snapshot && { snapshots: join(cache, "snapshots") }),
        ...(machine.image !== undefined && {
          disk: { path: machine.image, ...(machine.root !== undefined && { root: machine.root }) },
        }),
      });
    case "command":
      return createCommandMachine({
        words: machine.run,
        files: machine.files,
        arch,
        sandbox: machine.sandbox,
        atOnce: machine["at-once"],
      });
    case "ssh":
      return createSshMachine({ board: boardOf(machine), arch });
    case "none":
      return createNoMachine();
    default:
      return machine satisfies never;
  }
}

/**
 * Whether a program of the user's that belongs to the machine runs as the user, on this host: what a board
 * is reached with always does.
 */
export function needsHost({ machine }: KernelJob): boolean {
  return machine.type === "ssh" || (machine.type === "command" && !machine.sandbox);
}

function boardOf(machine: Extract<KernelJob["machine"], { type: "ssh" }>): Board {
  const { host, port, user, key, install, reboot, console, health, back } = machine;
  const powerCycle = machine["power-cycle"];
  return {
    ...{ host, port, user, key, install, reboot, console, health, back },
    knownHosts: machine["known-hosts"],
    bootId: machine["boot-id"],
    ...(powerCycle && { powerCycle }),
  };
}

/** What of `job` stands on the command lines of its machines. */
export function machineWordsOf({ machine, reproducer }: KernelJob): MachineWords {
  const { seconds } = reproducer;
  if (machine.type === "none") return { cmdline: "", memory: 0, seconds };
  const memory = machine.type === "ssh" ? 0 : machine.memory;
  return { cmdline: machine.cmdline, memory, seconds };
}

/** Seconds that a whole run of `job` may take: boot, reproducer, shutdown. */
export function runSecondsOf({ machine, reproducer }: KernelJob): number {
  return reproducer.seconds + (machine.type === "none" ? 0 : machine.boot);
}

function notFor(machine: string, arch: string, boots: string): Failure {
  return new Failure(
    "config-not-for-machine",
    `a ${machine} machine boots kernels of ARCH=${boots}, not of ${arch}`,
    {
      facts: { machine, arch },
      hint: `set kernel.arch to ${boots.replace(/, .*/, "")}, or ask for another type of machine`,
    },
  );
}
