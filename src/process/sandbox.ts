/** A folder or file of the host that a sandboxed program sees. */
export interface Mount {
  /** Absolute path on the host. */
  readonly host: string;
  /** Absolute path inside the sandbox. */
  readonly inside: string;
  readonly writable: boolean;
}

/** A private, empty folder in memory. */
export interface MemoryFolder {
  /** Absolute path inside the sandbox. */
  readonly inside: string;
  /** Bytes that it may hold. */
  readonly bytes: number;
}

/** A symbolic link that only exists inside the sandbox. */
export interface Link {
  /** Absolute path inside the sandbox. */
  readonly inside: string;
  readonly target: string;
}

/**
 * What a program sees of this machine: the system's tools read-only, the mounts, a private `/tmp` and
 * `/dev/shm`, no network, and a process namespace that dies with its parent. Nothing else: not `/root`,
 * `/home`, nor `/etc` beyond what compilers need. It is root there by name and has no capability.
 */
export interface Sandbox {
  /** Applied in order, after the system's folders; a later one covers an earlier one. */
  readonly mounts: readonly Mount[];
  /** Further folders in memory, made before the mounts. */
  readonly memoryFolders?: readonly MemoryFolder[];
  /** Links, made before the mounts. */
  readonly links?: readonly Link[];
  /** Devices of the host that it sees at their own path, such as `/dev/kvm`. */
  readonly devices?: readonly string[];
  /** Bytes that `/tmp` may hold; default 2 GiB. */
  readonly tmpBytes?: number;
  /** Bytes that `/dev/shm` may hold; default 256 MiB. */
  readonly shmBytes?: number;
}
