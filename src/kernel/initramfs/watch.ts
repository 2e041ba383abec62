import { cpioArchive } from "./cpio.ts";

/**
 * An archive that tells our init which functions to watch, to be put behind an initramfs: a kernel unpacks
 * one archive after the other. `words`: see `watch_functions` in `init.c`.
 */
export function watchArchive(words: string): Buffer {
  const bytes = Buffer.from(`${words}\n`);
  return cpioArchive([{ kind: "file", path: "watch", mode: 0o600, bytes }]);
}
