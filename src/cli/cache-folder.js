// JavaScript: `begin.js` needs it before TypeScript can be had cheaply.
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder of what can be made again: `$FIRSTBAD_HOME/cache` where that is set, else in the user's own cache folder.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheFolderOf({ FIRSTBAD_HOME: home, XDG_CACHE_HOME: caches }) {
  return home ? join(home, "cache") : join(caches || join(homedir(), ".cache"), "firstbad");
}
