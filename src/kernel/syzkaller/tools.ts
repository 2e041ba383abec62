import { randomUUID } from "node:crypto";
import { copyFile, lstat, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shortHash } from "../../event/short-hash.ts";
import { Failure } from "../../failure/failure.ts";
import { openRepository } from "../../history/repository.ts";
import { resolveCommit } from "../../history/resolve-commit.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import { SourceTree } from "../../workplace/source-tree.ts";
import { whyNotStatic } from "../initramfs/static-elf.ts";
import type { Arch } from "../kernel.ts";
import { execprogFlags } from "./flags.ts";

/** The tools that run syz programs, for one architecture. */
export interface SyzTools {
  /** Path of syz-execprog, a static program. */
  readonly execprog: string;
  readonly executor: string;
  /** The flags that this execprog has. */
  readonly flags: ReadonlySet<string>;
}

/** What syzkaller calls the processors of guests. */
export const syzArchitectures: Readonly<Record<Arch, string>> = {
  um: "amd64",
  x86_64: "amd64",
  arm64: "arm64",
  arm: "arm",
  i386: "386",
  ppc64le: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
};

/** Seconds for make: it compiles some hundred thousand lines of descriptions. */
const buildSeconds = 3600;
const limits = {
  memoryBytes: 16 * 1024 ** 3,
  processes: 1024,
  fileBytes: 2 * 1024 ** 3,
} as const;
/** Bytes of a tool: an execprog has 40 MiB. */
const largestTool = 256 * 1024 ** 2;
/** Where the sandbox shows a checkout: Go wanted its packages below `src` of a GOPATH for years. */
const inside = "/gopath/src/github.com/google/syzkaller";
/** What make, or the shell that it starts, says where there is no Go. */
const goIsMissing = /(?:^|[ :])go: (?:command )?(?:not found|No such file)/;
/** Lines of what make says that are quoted. */
const quotedLines = 20;

/**
 * syz-execprog and syz-executor of `commit` of the repository in `folder`, built in the sandbox or taken
 * from the cache, which knows them by their commit.
 *
 * Built as syzkaller's Makefile does it, `make execprog executor` with TARGETOS and TARGETARCH, without
 * network: a checkout has to have what it needs (`vendor`). Throws `reproducer-not-compiling` with the last
 * lines where the build fails, `tool-missing` where that is for want of Go or make, and what repositories
 * and sandboxes throw.
 */
export async function buildSyzTools(request: {
  readonly folder: string;
  readonly commit: string;
  readonly arch: Arch;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}): Promise<SyzTools> {
  const { folder, arch, cacheFolder, signal } = request;
  const repository = await openRepository(folder, { signal });
  const commit = await resolveCommit(repository, request.commit, { signal });
  const place = join(cacheFolder, "syzkaller", `${commit}-${syzArchitectures[arch]}`);
  const known = await cached(place);
  if (known !== null) return known;

  const work = join(cacheFolder, "syzkaller", `.${process.pid}-${randomUUID()}`);
  try {
    const tree = new SourceTree(work);
    await tree.open(repository, signal);
    await tree.checkout(commit, false, signal);
    const flags = await execprogFlags(tree.src);
    const vendored = await isThere(join(tree.src, "vendor"));
    await make(tree.src, { arch, commit, vendored, signal });
    await keep(tree.src, place, arch, flags);
    return (await cached(place)) as SyzTools;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What an earlier build left. */
async function cached(place: string): Promise<SyzTools | null> {
  try {
    const flags: unknown = JSON.parse(await readFile(join(place, "flags.json"), "utf8"));
    return {
      execprog: join(place, "syz-execprog"),
      executor: join(place, "syz-executor"),
      flags: new Set(flags as string[]),
    };
  } catch {
    return null;
  }
}

async function make(
  src: string,
  {
    arch,
    commit,
    vendored,
    signal,
  }: { arch: Arch; commit: string; vendored: boolean; signal: AbortSignal },
): Promise<void> {
  const result = await runProcess({
    command: "make",
    // The tree has no git, which the Makefile would ask for the revision.
    args: [
      ...["execprog", "executor", "TARGETOS=linux", `TARGETARCH=${syzArchitectures[arch]}`],
      ...[`REV=${commit}`, "GITREVDATE=", "CFLAGS=-fpermissive -w"],
    ],
    cwd: inside,
    env: {
      LC_ALL: "C",
      HOME: "/tmp",
      GOPATH: "/gopath",
      GOCACHE: "/tmp/go-build",
      GOPROXY: "off",
      GOTOOLCHAIN: "local",
      GO111MODULE: "auto",
      ...(vendored ? { GOFLAGS: "-mod=vendor" } : {}),
    },
    stdout: { kind: "capture", limit: 256 * 1024 },
    stderr: { kind: "capture", limit: 256 * 1024 },
    deadline: buildSeconds,
    signal,
    sandbox: {
      mounts: [{ host: src, inside, writable: true }],
      tmpBytes: 8 * 1024 ** 3,
    },
    limits,
  });
  if (result.ending === "aborted") {
    throw new Failure("interrupted", "interrupted while building syzkaller", { hint: "resume" });
  }
  if (result.exitCode !== 0) throw whyNotBuilt(result, commit);
}

function whyNotBuilt(result: ProcessResult, commit: string): Failure {
  const said = `${result.stdout.toString("utf8")}\n${result.stderr.toString("utf8")}`;
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const quoted = lines.slice(-quotedLines).map((line) => line.slice(0, 300));
  const facts = { commit, said: quoted };
  if (result.outOfMemory) {
    return new Failure("out-of-memory", "building syzkaller takes more memory than it may", {
      facts: { bytes: limits.memoryBytes },
      hint: "build it by hand to see what takes so much",
    });
  }
  if (lines.some((line) => goIsMissing.test(line.slice(0, 300)))) {
    return new Failure("tool-missing", "syz programs need Go, to build what runs them", {
      facts: { program: "go", ...facts },
      hint: "apt-get install golang-go, or a newer Go of your own in /usr; then try again",
    });
  }
  const how =
    result.ending === "deadline" ? `make did not end within ${buildSeconds} s` : "make failed";
  return new Failure(
    "reproducer-not-compiling",
    `syzkaller ${shortHash(commit)} does not build: ${how}:\n  ${quoted.join("\n  ")}`,
    {
      facts,
      hint: "it is built without network: a checkout without `vendor` needs `go mod vendor`, committed",
    },
  );
}

/** Puts the two tools under the commit's name, whole or not at all. */
async function keep(
  src: string,
  place: string,
  arch: Arch,
  flags: ReadonlySet<string>,
): Promise<void> {
  const made = `${place}.${process.pid}-${randomUUID()}`;
  try {
    await mkdir(made, { recursive: true });
    for (const tool of ["syz-execprog", "syz-executor"]) {
      // The build is hostile: it may leave anything under that name, a link to the host's files included.
      const path = join(src, "bin", `linux_${syzArchitectures[arch]}`, tool);
      const fault = await faultOf(path, arch);
      if (fault !== null) {
        throw new Failure(
          "reproducer-not-compiling",
          `syzkaller's ${tool} is of no use: ${fault}`,
          {
            facts: { tool },
            hint: `see what \`make execprog executor TARGETARCH=${syzArchitectures[arch]}\` makes there`,
          },
        );
      }
      await copyFile(path, join(made, tool));
    }
    await writeFile(join(made, "flags.json"), JSON.stringify([...flags].sort()), { flush: true });
    await rename(made, place);
  } catch (error) {
    // Another process was faster: its tools are the same.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function faultOf(path: string, arch: Arch): Promise<string | null> {
  const status = await lstat(path).catch(() => null);
  if (status === null) return "the build did not make it";
  if (!status.isFile()) return "it is no file";
  if (status.size > largestTool) return "it is larger than 256 MiB";
  return whyNotStatic(path, arch);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
