import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { findTool, toolMissing } from "../process/find-tool.ts";
import { runProcess } from "../process/run.ts";
import { sandboxAvailability } from "../process/sandbox-available.ts";
import { crossPrefixOf, recipeOf } from "./arch.ts";
import type { Compiler, CompilerFamily, CompilerVersion, CompilerWish } from "./compiler.ts";
import { type CompilerPlace, compilerPlaces, placeOf, usualFolders } from "./compiler-places.ts";
import type { Arch } from "./kernel.ts";

const searchPath = () => process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";

/** Seconds that a program may take to say what it is. */
const deadline = 60;

/**
 * The compilers of this machine that build kernels of `arch` and that `wish` allows: the usual one first
 * (`gcc` where it is there), then by name.
 *
 * Throws `tool-missing`, with what to install, where there is none, and where `make`, or a linker, is not
 * installed; `arch-not-supported` for an architecture that cannot be built here.
 */
export async function findCompilers(
  arch: Arch,
  wish: CompilerWish,
  path: string = searchPath(),
): Promise<readonly Compiler[]> {
  const prefix = crossPrefixOf(arch);
  if (findTool("make", path) === null) throw toolMissing("make");
  const wanted = placesFor(wish, prefix, path);
  // gcc's linker is looked for first: without it "no compiler" would name the wrong package.
  const all = await Promise.all(wanted.map((place) => compilerAt(place, arch, prefix, path)));
  const there = all
    .filter((compiler) => compiler !== null)
    .filter((compiler) => isWished(compiler, wish.compiler, prefix));
  if (there.length === 0) throw noneOf(wish, arch, prefix);
  const usual = there.find(({ name }) => name === `${prefix}gcc`) ?? there[0]!;
  return [usual, ...there.filter((compiler) => compiler !== usual)];
}

function placesFor(
  { compiler, folders }: CompilerWish,
  prefix: string,
  path: string,
): CompilerPlace[] {
  if (compiler.startsWith("/")) {
    const place = placeOf(compiler);
    return place === null ? [] : [place];
  }
  const places = compilerPlaces(prefix, path, [...folders, ...usualFolders]);
  return places.map((place) => {
    // Asked for by one of several names, it is called by that one.
    const named = place.names.find((name) => name === compiler || name === prefix + compiler);
    return named === undefined || isFamily(compiler) ? place : { ...place, names: [named] };
  });
}

function isFamily(word: string): word is CompilerFamily {
  return word === "gcc" || word === "clang";
}

function isWished(compiler: Compiler, wish: string, prefix: string): boolean {
  if (wish === "auto" || wish.startsWith("/")) return true;
  if (isFamily(wish)) return compiler.family === wish;
  if (compiler.name === wish || compiler.name === prefix + wish) return true;
  // `gcc-8` and `8.1` are also what is in a folder and has that version.
  const [, family = "gcc", version = ""] = /^(?:(gcc|clang)-)?([0-9.]+)$/.exec(wish) ?? [];
  if (version === "" || compiler.family !== family) return false;
  const [major, minor] = version.split(".").map(Number);
  return compiler.version[0] === major && (minor === undefined || compiler.version[1] === minor);
}

/** What was wanted and is not there, and what to install. */
function noneOf({ compiler }: CompilerWish, arch: Arch, prefix: string): Failure {
  const { debianPackage } = recipeOf(arch);
  const isUsual = compiler === "auto" || compiler === "gcc";
  const program = isUsual
    ? `${prefix}gcc`
    : /^[0-9.]+$/.test(compiler)
      ? `gcc-${compiler}`
      : compiler;
  const [family, version] = /^(gcc|clang)(?:-(\d+))?/.exec(program)?.slice(1) ?? [];
  const install = program.startsWith("/")
    ? `install a compiler there, or name another one as kernel.compiler`
    : family === "clang"
      ? `apt-get install clang${version ? `-${version}` : ""} lld${version ? `-${version}` : ""} llvm${version ? `-${version}` : ""}`
      : prefix !== "" || isUsual
        ? `apt-get install ${debianPackage}`
        : `apt-get install ${program.split(".")[0]}, or install it as DIR/${program}/bin/gcc and name DIR in kernel.compilers`;
  return new Failure("tool-missing", `there is no compiler ${program} for kernels of ${arch}`, {
    facts: { program, arch },
    hint: install,
  });
}

/** What was said by programs that did not change since, by path. */
const known = new Map<string, Promise<string | null>>();

/** The compiler at `place`; null where it does not run, makes other code, or lacks the tools that go with it. */
async function compilerAt(
  place: CompilerPlace,
  arch: Arch,
  prefix: string,
  path: string,
): Promise<Compiler | null> {
  const { family, folder } = place;
  const name = place.names[0]!;
  const command = folder === null && !name.includes("/") ? name : place.path;
  const [said, machine, number] = await Promise.all([
    answerOf(command, ["--version"], folder, path),
    family === "gcc"
      ? answerOf(command, ["-dumpmachine"], folder, path)
      : answerOf(command, ["-print-targets"], folder, path),
    family === "gcc" ? answerOf(command, ["-dumpfullversion", "-dumpversion"], folder, path) : null,
  ]);
  if (said === null || machine === null) return null;
  const version = versionIn(number ?? said);
  if (version === null || !makesCodeFor(family, machine, arch)) return null;
  const tools =
    family === "gcc" ? await binutils(prefix, path) : await llvmTools(place, prefix, path);
  if (tools === null) return null;
  return {
    name,
    family,
    version,
    command,
    tools: tools.variables,
    // A cross compiler makes no programs for this machine; one in a folder may lack a C library.
    hostCommand: family === "gcc" && (prefix !== "" || folder !== null) ? "gcc" : command,
    folder,
    ccache: findTool("ccache", path) !== null,
    identity: `${said.split("\n", 1)[0]!.trim()}, ${tools.linker}`,
  };
}

function makesCodeFor(family: CompilerFamily, machine: string, arch: Arch): boolean {
  const { compiles, clangTarget } = recipeOf(arch);
  if (family === "gcc") return machine.trim().startsWith(compiles);
  return machine.split("\n").some((line) => line.trim().split(/\s+/, 1)[0] === clangTarget);
}

/** `12.2.0`, or `Debian clang version 14.0.6`. */
function versionIn(text: string): CompilerVersion | null {
  const found = /(?:^|version )(\d{1,4})\.(\d{1,4})/.exec(text.split("\n", 1)[0]!.trim());
  return found === null ? null : [Number(found[1]), Number(found[2])];
}

interface Tools {
  readonly linker: string;
  readonly variables: readonly string[];
}

async function binutils(prefix: string, path: string): Promise<Tools | null> {
  const linker = await answerOf(`${prefix}ld`, ["--version"], null, path);
  if (linker === null && prefix === "") throw toolMissing("ld");
  if (linker === null) return null;
  const variables = prefix === "" ? [] : [`CROSS_COMPILE=${prefix}`];
  return { linker: linker.split("\n", 1)[0]!.trim(), variables };
}

/** The tools that `LLVM=1` stands for, with the names that they have here. */
const llvmPrograms: readonly (readonly [variable: string, program: string])[] = [
  ["LD", "ld.lld"],
  ["AR", "llvm-ar"],
  ["NM", "llvm-nm"],
  ["STRIP", "llvm-strip"],
  ["OBJCOPY", "llvm-objcopy"],
  ["OBJDUMP", "llvm-objdump"],
  ["READELF", "llvm-readelf"],
];

/** lld and LLVM's binutils, of the compiler's own version where they are there; null where one is missing. */
async function llvmTools(
  { names, path: program, folder }: CompilerPlace,
  prefix: string,
  path: string,
): Promise<Tools | null> {
  const suffix = /-\d+$/.exec(names[0]!)?.[0] ?? "";
  const found = new Map<string, string>();
  for (const [variable, tool] of llvmPrograms) {
    const names = [`${tool}${suffix}`, tool];
    const candidates = folder === null ? names : names.map((name) => join(dirname(program), name));
    const there = candidates.find((name) => findTool(name, path) !== null);
    if (there === undefined) return null;
    found.set(variable, there);
  }
  const linker = await answerOf(found.get("LD")!, ["--version"], folder, path);
  if (linker === null) return null;
  return {
    // As kernels shorten it.
    linker: linker
      .split("\n", 1)[0]!
      .replace(/ \(compatible with [^)]*\)/, "")
      .trim(),
    variables: [
      "LLVM=1",
      ...Array.from(found, ([variable, tool]) => `${variable}=${tool}`),
      // Before 5.16 a kernel learns from it what code clang shall make.
      ...(prefix === "" ? [] : [`CROSS_COMPILE=${prefix}`]),
    ],
  };
}

/**
 * What a program prints on standard output when it ends well; null where it is not there or does not. One
 * that is not the system's is run in a sandbox where there is one.
 */
function answerOf(
  command: string,
  args: readonly string[],
  folder: string | null,
  path: string,
): Promise<string | null> {
  const program = findTool(command, path);
  if (program === null) return Promise.resolve(null);
  const { mtimeMs, ino } = statSync(program);
  const key = JSON.stringify([command, program, mtimeMs, ino, ...args]);
  const asked = known.get(key) ?? ask(command, args, folder, path);
  known.set(key, asked);
  // One that could not be asked is asked again.
  asked.catch(() => known.delete(key));
  return asked;
}

async function ask(
  command: string,
  args: readonly string[],
  folder: string | null,
  path: string,
): Promise<string | null> {
  const isolated = folder !== null && (await sandboxAvailability()).available;
  const mounts = folder === null ? [] : [{ host: folder, inside: folder, writable: false }];
  const { exitCode, stdout } = await runProcess({
    command,
    args,
    env: { PATH: path, LC_ALL: "C" },
    deadline,
    ...(isolated && { sandbox: { mounts } }),
  });
  const said = stdout.toString("utf8");
  return exitCode === 0 && said.trim() !== "" ? said : null;
}
