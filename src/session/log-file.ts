import { join } from "node:path";

/** Where the log in syzbot's dialect of the bisection in `folder` is. */
export function logFileOf(folder: string): string {
  return join(folder, "log.txt");
}
