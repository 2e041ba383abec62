import type { Board } from "./board.ts";

/** What the config calls the board: a word of ours, so that no name of a host is ever an argument. */
export const boardAlias = "board";

/** The files beside a config, by their paths: links of ours, whose names need no quoting. */
export interface SshFiles {
  readonly key: string;
  readonly knownHosts: string;
}

/** Seconds until a host that does not answer counts as not there. */
const connectSeconds = 5;

/**
 * The only configuration that ssh reads for a board (ssh_config(5)). Pure. The host's key is checked
 * always, nothing is asked, nothing of this machine is forwarded, and a connection that died is noticed.
 */
export function sshConfig({ host, port, user }: Board, { key, knownHosts }: SshFiles): string {
  const lines = [
    `Host ${boardAlias}`,
    `HostName ${host}`,
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile "${key}"`,
    `UserKnownHostsFile "${knownHosts}"`,
    "IdentitiesOnly yes",
    "IdentityAgent none",
    "GlobalKnownHostsFile /dev/null",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "BatchMode yes",
    "PreferredAuthentications publickey",
    `ConnectTimeout ${connectSeconds}`,
    "ServerAliveInterval 5",
    "ServerAliveCountMax 3",
    "ClearAllForwardings yes",
    "ForwardAgent no",
    "ForwardX11 no",
    "PermitLocalCommand no",
    "EscapeChar none",
    "RequestTTY no",
  ];
  return `${lines.join("\n")}\n`;
}
