import { homedir } from "node:os";
import { join } from "node:path";

/** Where things are kept. */
export interface Folders {
  /** One folder a bisection. */
  readonly bisections: string;
  /** Kernels, build slots, compiled programs: may be deleted at any time when nothing runs. */
  readonly cache: string;
}

/**
 * `$FIRSTBAD_HOME/{bisections,cache}` where that is set, else the user's own data and cache folders
 * (XDG base directory specification).
 */
export function foldersOf(env: NodeJS.ProcessEnv): Folders {
  const home = env.FIRSTBAD_HOME;
  if (home) return { bisections: join(home, "bisections"), cache: join(home, "cache") };
  const data = env.XDG_DATA_HOME || join(homedir(), ".local", "share");
  const cache = env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return { bisections: join(data, "firstbad", "bisections"), cache: join(cache, "firstbad") };
}
