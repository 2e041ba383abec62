import type { ProcessSpec } from "../process/process.ts";
import type { MachineRun, MachineWords } from "./machine.ts";

const mebibyte = 1024 ** 2;

/** Where the sandbox shows the files of a run. */
const image = "/machine/linux";
const initramfs = "/machine/initramfs";

/**
 * The sandboxed process that is a User Mode Linux machine. Pure.
 *
 * - Guest memory is a file in `/dev/shm` (UML asks `TMPDIR` for a memory file system that allows
 *   programs); it is sparse and far longer than the memory, since UML adds the gap below its own text.
 * - Sockets and the like that UML leaves behind when it panics go to the private `/tmp`.
 * - Its first terminal is file descriptor 1, and 0 where somebody talks to it; the others are nowhere, so no pseudo-terminal is needed.
 * - `panic=-1`: a panic ends the machine at once. The user's words come first, so that ours win.
 */
export function umlProcess(
  run: MachineRun,
  kernelMemory: number,
  console: "file" | "streams" = "file",
): ProcessSpec {
  const [, ...args] = umlCommandLine(run, console);
  return {
    command: image,
    args,
    env: { TMPDIR: "/dev/shm", HOME: "/tmp" },
    stdout: { kind: "file", path: run.console },
    stderr: { kind: "capture", limit: 64 * 1024 },
    deadline: run.deadline,
    sandbox: {
      mounts: [
        { host: run.image, inside: image, writable: false },
        { host: run.initramfs, inside: initramfs, writable: false },
      ],
      tmpBytes: 16 * mebibyte,
      shmBytes: run.memory + 64 * mebibyte,
    },
    // KASAN's shadow is address space without pages behind it: counted are only the pages in use.
    limits: { memoryBytes: run.memory + kernelMemory, fileBytes: run.memory + 8 * 1024 ** 3 },
  };
}

/** The kernel, which is a program, and its arguments. Pure. */
export function umlCommandLine(run: MachineWords, console: "file" | "streams" = "file"): string[] {
  return [
    image,
    ...run.cmdline.split(/\s+/).filter((word) => word !== ""),
    `mem=${Math.ceil(run.memory / 1024)}K`,
    ...["umid=machine", "uml_dir=/tmp/"],
    `initrd=${initramfs}`,
    ...["con=null", `con0=${console === "file" ? "null" : "fd:0"},fd:1`, "console=tty0"],
    ...["panic=-1", "loglevel=8"],
    `FIRSTBAD_SECONDS=${run.seconds}`,
  ];
}
