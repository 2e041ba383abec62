/** A command of this machine (its words), or a shell script for the board. */
export type BoardStep = string | { readonly host: readonly string[] };

/** A board that is rebooted into each kernel: see docs/machines.md. */
export interface Board {
  /** Name or address; it and `user` hold no character that ssh gives a meaning to. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Paths: the private key, and the file with the board's host key. */
  readonly key: string;
  readonly knownHosts: string;
  readonly install: BoardStep;
  readonly reboot: BoardStep;
  /** Words of a command of this machine. */
  readonly powerCycle?: readonly string[];
  readonly console:
    | { readonly command: readonly string[] }
    | { readonly netconsole: { readonly port: number; readonly address: string } };
  readonly health: string;
  /** Prints another text after each boot. */
  readonly bootId: string;
  /** Seconds until it is reached again after a boot of its own system. */
  readonly back: number;
}

/** How people know it. */
export function boardName({ user, host, port }: Board): string {
  return `${user}@${host}${port === 22 ? "" : `:${port}`}`;
}
