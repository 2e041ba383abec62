import { readCpp } from "./cpp.ts";
import { readOldRust, readRust } from "./rust.ts";

/** Longer names are left as they are; kernels cut theirs at 512 characters. */
const maxName = 1024;

const mangled = /(?<![\w.$])_[RZ][\w$.]{1,1024}(?=\+0x[0-9a-f]{1,8}\/0x[0-9a-f]{1,8})/g;

/**
 * The function that a mangled name of Rust or C++ stands for, without its parameters; other names, and
 * those that cannot be read, as they are. What a compiler put behind the name (`.cold`) stays.
 */
export function readableName(name: string): string {
  if (!/^_[RZ]/.test(name) || name.length > maxName) return name;
  const dot = name.indexOf(".");
  // The first scheme of Rust has dots of its own.
  const old = readOldRust(name);
  if (old !== null) return old;
  const [bare, suffix] = dot === -1 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  const read = bare.startsWith("_R") ? readRust(bare) : readCpp(bare);
  return read === null ? name : `${read}${suffix}`;
}

/** `report` with readable names in its frames, `func+0x1/0x2`; everything else as it was. */
export function withReadableNames(report: string): string {
  return report.replace(mangled, readableName);
}
