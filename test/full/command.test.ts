import { join } from "node:path";
import { createCommandMachine } from "../../src/machine/command/command.ts";
import type { CommandOptions } from "../../src/machine/command/process.ts";
import { machineContract } from "../machine/contract.ts";
import { prebuiltKernel } from "../real/prebuilt-kernel.ts";

const examples = join(import.meta.dirname, "../../examples/machines");

const uml: CommandOptions = {
  words: ["sh", "$INPUTS/uml.sh"],
  files: [join(examples, "uml.sh")],
  arch: "um",
  sandbox: true,
  atOnce: 4,
};

machineContract("command, as User Mode Linux", {
  arch: "um",
  image: "/usr/bin/linux.uml",
  memory: 128 * 1024 ** 2,
  command: "/machine/",
  slow: false,
  create: (bounds) => createCommandMachine(uml, bounds),
  createStarved: () => createCommandMachine({ ...uml, ownMemory: -120 * 1024 ** 2 }),
});

const qemu: CommandOptions = {
  ...uml,
  words: ["sh", "$INPUTS/qemu.sh"],
  files: [join(examples, "qemu.sh")],
  arch: "x86_64",
};

machineContract("command, as QEMU", {
  arch: "x86_64",
  image: prebuiltKernel(),
  memory: 192 * 1024 ** 2,
  cmdline: "console=ttyS0 FIRSTBAD_END=restart",
  command: "qemu-system-x86_64\0",
  slow: true,
  create: (bounds) => createCommandMachine(qemu, bounds),
  createStarved: () => createCommandMachine({ ...qemu, ownMemory: -172 * 1024 ** 2 }),
});
