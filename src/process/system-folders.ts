import { existsSync, lstatSync, readlinkSync } from "node:fs";

/** What a sandbox shows of the host's system, as found on the host. */
export interface SystemFolders {
  /** Folders and files shown read-only at their own path. */
  readonly shown: readonly string[];
  /** Links such as `/bin → usr/bin` on a host with merged folders. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

/** Programs, libraries and headers; on older hosts the short ones are folders and not links. */
const programFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/**
 * All of `/etc` that compilers and linkers ask for: which `cc` is meant (`alternatives`), and where the
 * dynamic linker looks. Accounts are our own two lines and not the host's.
 */
const settings = ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"];

/** Looks at this host's system folders. Never fails: what is missing is left out. */
export function readSystemFolders(): SystemFolders {
  const shown: string[] = [];
  const links: { path: string; target: string }[] = [];
  for (const path of programFolders) {
    if (!existsSync(path)) continue;
    if (lstatSync(path).isSymbolicLink()) links.push({ path, target: readlinkSync(path) });
    else shown.push(path);
  }
  shown.push(...settings.filter((path) => existsSync(path)));
  return { shown, links };
}
