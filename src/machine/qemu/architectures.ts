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
  /** Whether kernels of it were booted by a test of ours. */
  readonly tested: boolean;
}

/**
 * The architectures whose kernels QEMU boots, by their name in a job. The kernel is what `-kernel` takes:
 * `bzImage` for x86_64, `Image` for arm64. What is not tested is QEMU's documentation put to use.
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
    tested: true,
  },
  arm64: {
    program: "qemu-system-aarch64",
    machine: "virt",
    cpu: "max,pauth-impdef=on",
    terminal: "ttyAMA0",
    host: "arm64",
    tested: true,
  },
  arm: {
    program: "qemu-system-arm",
    machine: "virt",
    cpu: "max",
    terminal: "ttyAMA0",
    host: "arm",
    tested: false,
  },
  i386: {
    program: "qemu-system-i386",
    machine: "q35",
    cpu: "max",
    terminal: "ttyS0",
    host: "ia32",
    tested: false,
  },
  ppc64le: {
    program: "qemu-system-ppc64",
    machine: "pseries",
    cpu: "power9",
    terminal: "hvc0",
    host: "ppc64",
    tested: false,
  },
  riscv64: {
    program: "qemu-system-riscv64",
    machine: "virt",
    cpu: "rv64",
    terminal: "ttyS0",
    host: "riscv64",
    tested: false,
  },
  s390x: {
    program: "qemu-system-s390x",
    machine: "s390-ccw-virtio",
    cpu: "max",
    terminal: "ttysclp0",
    host: "s390x",
    tested: false,
  },
} as const satisfies Readonly<Record<string, QemuArchitecture>>;

export type QemuArch = keyof typeof qemuArchitectures;
