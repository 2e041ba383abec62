import { z } from "zod";
import { commandWords, shellScript } from "./step-words.ts";
import { seconds, text } from "./values.ts";

/** A command of this machine, in place of one of the board's. */
const onHost = z.strictObject({ host: commandWords });

/** A shell script for the board, or a command of this machine. */
const step = z.union([shellScript, onHost]);

/** A port of UDP or TCP. */
const port = z.number().int().min(1).max(65_535);

/** The keys of a board that is rebooted into each kernel, and reached with ssh in between. */
export const sshMachineKeys = {
  type: z.literal("ssh"),
  /** Never an option, nor a pattern of ssh's. */
  host: z.string().regex(/^[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,252}$/, "expected a host's name"),
  port: port.default(22),
  user: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, "expected a user's name")
    .default("root"),
  /** Private key, and the file with the board's host key: they stay where they are. */
  key: text,
  "known-hosts": text,
  /** Makes the kernel the one that the next boot starts, once. */
  install: step,
  reboot: step.default("reboot"),
  /** A command of this machine. */
  "power-cycle": commandWords.optional(),
  console: z.union([
    /** A program whose standard output is the console. */
    z.strictObject({ command: commandWords }),
    /** What arrives from the board at a port of UDP. */
    z.strictObject({ netconsole: z.strictObject({ port, address: text.default("0.0.0.0") }) }),
  ]),
  /** Ends with 0 where the board is as it should be. */
  health: shellScript.default("true"),
  /** Prints another text after each boot. */
  "boot-id": shellScript.default("cat /proc/sys/kernel/random/boot_id"),
  /** Seconds until the board is reached again after a boot of its own system. */
  back: seconds.default(300),
};
