/** A folder or file of the host that a sandboxed program sees. */
export interface Mount {
  /** Absolute path on the host. */
  readonly host: string;
  /** Absolute path inside the sandbox. */
  readonly inside: string;
  readonly writable: boolean;
}

/**
 * What a program sees of this machine: the system's tools read-only, the mounts, a private `/tmp` and
 * `/dev/shm`, no network, and a process namespace that dies with its parent. Nothing else: not `/root`,
 * `/home`, nor `/etc` beyond what compilers need.
 */
export interface Sandbox {
  readonly mounts: readonly Mount[];
}
