import { z } from "zod";
import { commandMachineKeys } from "./command-machine.ts";
import { sshMachineKeys } from "./ssh-machine.ts";
import { seconds, size, text } from "./values.ts";

const mebibyte = 1024 ** 2;

/** Words for a kernel's command line: no control characters, at most what kernels accept. */
const cmdline = z
  .string()
  .max(2048)
  .regex(/^[^\0-\x1f\x7f]*$/, "control characters are not allowed");

const guest = {
  cmdline: cmdline.default("panic_on_warn=1"),
  /** Seconds for boot and shutdown, added to the reproducer's. */
  boot: seconds.default(60),
};

/** Where kernels run. */
export const machineSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("uml"),
    memory: size.default(128 * mebibyte),
    ...guest,
  }),
  z.strictObject({
    type: z.literal("qemu"),
    memory: size.default(512 * mebibyte),
    ...guest,
    /** Processors of the guest. */
    smp: z.number().int().min(1).max(255).default(1),
    /** Whether runs may go on from a snapshot of the booted kernel. */
    snapshot: z.boolean().default(true),
    /** A disk image, raw or qcow2, whose root file system is the reproducer's; it is only read. */
    image: text.optional(),
    /** The device of that file system in the guest; without it, the first that has a system. */
    root: z
      .string()
      .regex(/^\/dev\/[A-Za-z0-9/]{1,40}$/, "expected a device such as /dev/vda1")
      .optional(),
  }),
  z.strictObject({
    ...commandMachineKeys,
    memory: size.default(512 * mebibyte),
    ...guest,
  }),
  z.strictObject({
    ...sshMachineKeys,
    ...guest,
    /** A board takes longer than a guest until its kernel runs. */
    boot: seconds.default(300),
  }),
  /** Kernels are built, and run nowhere. */
  z.strictObject({ type: z.literal("none") }),
]);
