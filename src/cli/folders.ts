import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolderOf } from "./cache-folder.js";

/** Where things are kept. */
export interface Folders {
  /** One folder a bisection. */
  readonly bisections: string;
  /** One folder for each of the last tests of a single commit. */
  readonly tests: string;
  /** Kernels, build slots, compiled programs: may be deleted at any time when nothing runs. */
  readonly cache: string;
  /** What a server of these bisections keeps: its queue, its tokens, its list. */
  readonly server: string;
}

/**
 * `$FIRSTBAD_HOME/{bisections,tests,cache,server}` where that is set, else the user's own data and cache folders
 * (XDG base directory specification).
 */
export function foldersOf(env: NodeJS.ProcessEnv): Folders {
  const home = env.FIRSTBAD_HOME;
  const cache = cacheFolderOf(env);
  if (home) {
    return {
      bisections: join(home, "bisections"),
      tests: join(home, "tests"),
      cache,
      server: join(home, "server"),
    };
  }
  const data = env.XDG_DATA_HOME || join(homedir(), ".local", "share");
  return {
    bisections: join(data, "firstbad", "bisections"),
    tests: join(data, "firstbad", "tests"),
    cache,
    server: join(data, "firstbad", "server"),
  };
}
