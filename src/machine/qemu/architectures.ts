/** How QEMU is a machine for kernels of one architecture. */
export interface QemuArchitecture {
  readonly program: string;
  readonly machine: string;
  /** The model of its processors, emulated or not. */
  readonly cpu: string;
  /** The terminal of its first serial line, as the kernel names it. */
  readonly terminal: string;
  /** What Node calls a host of this architecture: the only one whose KVM runs such guests. */
  readonly host: NodeJS.Architecture;
}

/**
 * The architectures whose kernels QEMU boots, by their name in a job. The kernel is what `-kernel` takes:
 * `bzImage` for x86_64, `Image` for arm64. No test boots arm64: its line is QEMU's documentation put to use.
 *
 * `pauth-impdef`: the pointer authentication that the architecture prescribes takes half of the time that
 * emulating a guest takes.
 */
export const qemuArchitectures = {
  x86_64: {
    program: "qemu-system-x86_64",
    machine: "q35",
    cpu: "max",
    terminal: "ttyS0",
    host: "x64",
  },
  arm64: {
    program: "qemu-system-aarch64",
    machine: "virt",
    cpu: "max,pauth-impdef=on",
    terminal: "ttyAMA0",
    host: "arm64",
  },
} as const satisfies Readonly<Record<string, QemuArchitecture>>;

export type QemuArch = keyof typeof qemuArchitectures;
