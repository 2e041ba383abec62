import type { Crash } from "../crash/crash.ts";
import type { ProcessSpec } from "../process/process.ts";
import type { Reached, ReachProbe } from "./reach.ts";

/** What of a run stands on command lines: the machine's and its kernel's. */
export interface MachineWords {
  /** Words added to the kernel's command line. */
  readonly cmdline: string;
  /** Guest memory, in bytes; 0 where a machine has what it has. */
  readonly memory: number;
  /** Seconds that the reproducer may run; it is then killed and the run is clean if the kernel lives. */
  readonly seconds: number;
}

/** What a machine may bring into a guest that has booted without it. */
export interface LateReproducer {
  /** A first file system like the run's own, but without the reproducer. */
  readonly initramfs: string;
  /** A static program, or a script for the guest's shell. */
  readonly kind: "program" | "shell";
  readonly bytes: Uint8Array;
}

/** One boot of one kernel with one execution of the reproducer. */
export interface MachineRun extends MachineWords {
  /** The kernel image to boot: `linux` for UML, `bzImage` for x86 machines. */
  readonly image: string;
  /** The first file system, with the reproducer in it. */
  readonly initramfs: string;
  /** The same reproducer apart from it, so that a guest can be saved before it gets one. */
  readonly late?: LateReproducer;
  /**
   * The file that the initramfs has as its reproducer, a static program or a script for busybox's shell, for
   * machines that boot something else; absent where it is more than a file.
   */
  readonly reproducer?: string;
  /** File that the console is written to while it grows; afterwards capped as head and tail. */
  readonly console: string;
  /** Whether it may go on from a snapshot of the booted guest, where the machine makes any. */
  readonly mayRestore?: boolean;
  /** Seconds for the whole run: boot, reproducer, shutdown. Then everything is killed. */
  readonly deadline: number;
  /** Functions to look for; a machine that cannot look does not. */
  readonly reach?: GuestReach;
}

/** Functions to look for, and how a guest that boots is told of them. */
export interface GuestReach extends ReachProbe {
  /** Who looks: our init, by kprobes; or the machine from outside, where it can, for which it has to boot. */
  readonly by: "guest" | "machine";
  /** An archive with the words for our init, to be put behind the initramfs. */
  readonly archive: Uint8Array;
}

/** How the run ended. Infrastructure trouble is not among these: it is thrown as a `Failure`. */
export type MachineEnding =
  /** The console has at least one crash, printed after the reproducer was started. */
  | "crashed"
  /** The reproducer ended or its time was up, and the kernel shut down when asked to. */
  | "clean"
  /** It never came as far as our init's first line (a crash during boot included). */
  | "boot-failed"
  /** Not one byte on the console. */
  | "no-output"
  /** The machine went away without a crash and without our init's last line. */
  | "lost"
  /** The deadline passed without a crash. */
  | "hung"
  /** The console grew past its limit and the machine was stopped. */
  | "flooded";

/** What a run left behind. */
export interface MachineResult {
  readonly ending: MachineEnding;
  /** In order of appearance; those during boot included. */
  readonly crashes: readonly Crash[];
  /** Wall seconds of the whole run. */
  readonly seconds: number;
  /** Wall seconds until our init said its first line; absent: it never did, or did not boot for this run. */
  readonly bootSeconds?: number;
  /** Bytes that the console had before it was capped. */
  readonly consoleBytes: number;
  /** True where the middle of the console was cut out. */
  readonly truncated: boolean;
  /** Set where it went on from a snapshot and did not boot. */
  readonly restored?: true;
  /** What a user should know of the machine since this run, in a line; said once. */
  readonly note?: string;
  /** Set where the guest could look for the functions that it was asked for, and came to its end. */
  readonly reached?: Reached;
}

/** A place where kernels run. Several runs may be under way at once; one that cannot waits. */
export interface Machine {
  readonly type: string;
  /** Most runs that it makes at once; null where only the room of this host bounds them. */
  readonly atOnce: number | null;
  /** The program of such a run and its arguments, as it is called in the sandbox. */
  commandLine(run: MachineWords): Promise<readonly string[]>;
  /**
   * The process that is such a run where it is one, and null else. `streams`: its console is on its standard
   * streams, for somebody to talk to, and it has no deadline.
   */
  process(run: MachineRun, console: "file" | "streams"): Promise<ProcessSpec | null>;
  /**
   * What a user should know of it before it is used, in a line; null where there is nothing. Throws a `Failure`
   * where it could run no kernel at all as it is asked for.
   */
  note(): Promise<string | null>;
  /**
   * Boots, runs, watches, and leaves nothing behind: no process, and no file but the console and
   * what `close` removes.
   * Throws a `Failure` with an infrastructure code, `interrupted` where `signal` fired.
   */
  run(request: MachineRun, signal: AbortSignal): Promise<MachineResult>;
  /** Removes what it kept for further runs, when no run is under way. Idempotent. */
  close(): Promise<void>;
}
