import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { KernelJob } from "../job/schema.ts";
import type { Machine, MachineWords } from "../machine/machine.ts";
import { qemuArchitectures } from "../machine/qemu/architectures.ts";
import { createQemuMachine } from "../machine/qemu/qemu.ts";
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
    default:
      return machine satisfies never;
  }
}

/** What of `job` stands on the command lines of its machines. */
export function machineWordsOf({ machine, reproducer }: KernelJob): MachineWords {
  const { cmdline, memory } = machine;
  return { cmdline, memory, seconds: reproducer.seconds };
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
