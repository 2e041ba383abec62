import { Failure, type FailureCode } from "../failure/failure.ts";

/** Trouble of this machine that a build's output tells of; never evidence about a commit. */
export interface Trouble {
  readonly code: Extract<FailureCode, "out-of-memory" | "disk-full" | "tool-missing" | "killed">;
  readonly line: string;
  readonly hint: string;
}

/** Debian packages of what kernel builds call. */
const packages: Readonly<Record<string, string>> = {
  ar: "binutils",
  as: "binutils",
  awk: "mawk",
  bc: "bc",
  bison: "bison",
  bzip2: "bzip2",
  ccache: "ccache",
  cpio: "cpio",
  depmod: "kmod",
  flex: "flex",
  gcc: "gcc",
  gzip: "gzip",
  ld: "binutils",
  lz4: "lz4",
  lzma: "xz-utils",
  lzop: "lzop",
  nm: "binutils",
  objcopy: "binutils",
  openssl: "openssl",
  pahole: "dwarves",
  perl: "perl",
  python3: "python3",
  rsync: "rsync",
  tar: "tar",
  xz: "xz-utils",
  zstd: "zstd",
};

/**
 * Debian packages of headers that only the host's own part of a kernel build includes; a missing
 * `stdio.h` may as well be kernel code that is wrong.
 */
const headers: readonly (readonly [RegExp, string])[] = [
  [/^(?:gelf|libelf)\.h$/, "libelf-dev"],
  [/^openssl\//, "libssl-dev"],
  [/^gcc-plugin\.h$|^plugin-version\.h$/, "gcc-12-plugin-dev"],
];

const memoryHint = "give the machine more memory or swap, or fewer build slots, then resume";
const diskHint = "free some space, then resume";

/**
 * What `line` of a build's output tells about this machine, or null.
 *
 * The wordings are those of gcc's driver, GNU ld, make, dash and bash; each is asked for in the place
 * where the tool prints it, so that a quoted line of source or a file's name is not taken for it.
 */
export function troubleIn(line: string): Trouble | null {
  if (line.length > 2000 || /^ *\d* \||: error: /.test(line)) return null;
  if (/: No space left on device\)?\.?$|: Disk quota exceeded$/.test(line)) {
    return { code: "disk-full", line, hint: diskHint };
  }
  if (
    // The kernel's own out-of-memory killer sends SIGKILL; nobody else is there to.
    /: fatal error: Killed signal terminated program \S+$/.test(line) ||
    /: internal compiler error: Killed\b/.test(line) ||
    /^make(?:\[\d+\])?: \*\*\* .* (?:Killed|Error 137)$/.test(line) ||
    /: (?:line \d+: )?\d+ Killed\b/.test(line) ||
    /^Killed$/.test(line) ||
    /: Cannot allocate memory\)?\.?$/.test(line) ||
    /^(?:cc1|cc1plus|as|ld|collect2): out of memory\b/.test(line) ||
    /: (?:virtual )?memory exhausted\b/.test(line)
  ) {
    return { code: "out-of-memory", line, hint: memoryHint };
  }
  const tool =
    /^(?:\S+: (?:line )?\d+: )?([A-Za-z0-9_+.-]+): (?:command )?not found$/.exec(line) ??
    /^make(?:\[\d+\])?: ([A-Za-z0-9_+.-]+): (?:Command not found|No such file or directory)$/.exec(
      line,
    );
  if (tool && Object.hasOwn(packages, tool[1]!)) {
    return { code: "tool-missing", line, hint: `apt-get install ${packages[tool[1]!]}` };
  }
  const header = /: fatal error: ([A-Za-z0-9_./-]+\.h): No such file or directory$/.exec(line);
  const known = header && headers.find(([name]) => name.test(header[1]!));
  if (known) return { code: "tool-missing", line, hint: `apt-get install ${known[1]}` };
  return null;
}

/** `trouble` of the build whose output is in `log`, as what is thrown. */
export function troubleFailure(trouble: Trouble, log: string): Failure {
  return new Failure(trouble.code, `the build could not be done on this machine: ${trouble.line}`, {
    facts: { line: trouble.line, log },
    hint: trouble.hint,
  });
}
