import { allTargets } from "../../kernel/configure.ts";
import { buildVariables, inside } from "../../kernel/make.ts";
import { isolationArguments, placeArguments } from "../../process/bwrap-arguments.ts";
import { sandboxPath } from "../../process/launch.ts";
import { shellWord } from "../../session/shell-words.ts";
import { command, comment, fileText, here, rawCommand } from "./shell-text.ts";
import { names, type StepByHand } from "./step-by-hand.ts";

/** The program's name in what a gcc says of itself: `gcc-12 (Debian …) …`, `aarch64-linux-gnu-gcc (…) …`. */
const gcc = /^((?:[a-z0-9_]+-)*)(gcc(?:-\d{1,3})?) \(/;

/** The compiler that said `identity`, what the names of its tools begin with, and what make is told besides. */
export function compilerOf({
  compiler: identity,
  toolchain,
}: Pick<StepByHand, "compiler" | "toolchain">): {
  command: string;
  prefix: string;
  tools: readonly string[];
} {
  if (/clang version \d/.test(identity ?? "")) {
    return { command: toolchain ?? "clang", prefix: "", tools: ["LLVM=1"] };
  }
  const [, prefix = "", name = "gcc"] = gcc.exec(identity ?? "") ?? [];
  const tools = prefix === "" ? [] : [`CROSS_COMPILE=${prefix}`];
  return { command: toolchain ?? `${prefix}${name}`, prefix, tools };
}

/** The tree of the commit, with the step's patches. */
export function sourcePart({ repo, commit, patches }: StepByHand): string {
  return [
    comment("1. The tree, without a .git in it: kernels would tell of that."),
    command(["git", "clone", "--quiet", "--bare", "--shared", "--", repo, "git"]),
    `mkdir ${names.src}`,
    rawCommand([
      ...["git --git-dir=git", `--work-tree=${names.src}`, "checkout --quiet --force --detach"],
      ...[shellWord(commit), "--"],
    ]),
    ...patches.map((text) => here(`(cd ${names.src} && git apply --whitespace=nowarn -)`, text)),
  ].join("\n");
}

/** The shell function `kbuild`, which calls make as firstbad does. */
export function makePart(step: StepByHand): string {
  const { arch, compiler, system } = step;
  const { command: called, prefix, tools } = compilerOf(step);
  const mounts = [
    { host: names.src, inside: inside.src, writable: false },
    { host: names.out, inside: inside.out, writable: true },
  ];
  // The last four come after all mounts.
  const places = placeArguments({ mounts }, "/");
  // Its sandbox has no accounts, by which ccache would find a home.
  const variables = {
    PATH: sandboxPath,
    HOME: "/tmp",
    ...buildVariables,
    CCACHE_DIR: inside.ccache,
  };
  const words = [
    ...["env", "-i", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)],
    ...(compiler === null ? [] : [`CCACHE_COMPILERCHECK=string:${compiler}`]),
    ...["bwrap", ...isolationArguments(system), ...places.slice(0, -4)],
  ];
  const rest = [
    ...["--bind", '"$ccache"', inside.ccache, ...places.slice(-4), "--"],
    ...[
      "make",
      "-C",
      inside.src,
      `O=${inside.out}`,
      `ARCH=${arch}`,
      '"CC=$cc"',
      '"HOSTCC=$hostcc"',
    ],
    ...tools.map(shellWord),
    ...['"-j$(nproc)"', '"$@"'],
  ];
  return [
    comment(
      "2. How the kernel is built: in a sandbox, at the same path as then, since the path of the sources",
      "is a part of the kernel, and so are the times and names that are fixed here.",
      ...(compiler === null ? [] : [`It was built with: ${compiler}`]),
    ),
    `mkdir ${names.out}`,
    `ccache=\${CCACHE_DIR:-$PWD/ccache}; mkdir -p "$ccache"`,
    "if command -v ccache >/dev/null; then with='ccache '; else with=; fi",
    `cc="\${with}"${shellWord(called)}; hostcc="\${with}"${shellWord(prefix === "" ? called : "gcc")}`,
    `kbuild() {\n\t${rawCommand([...words.map(shellWord), ...rest])}\n}`,
  ].join("\n");
}

/** The configuration, and the kernel itself. */
export function kernelPart({ config, target, image }: StepByHand): string {
  const modules = `if grep -q '=m$' ${names.out}/.config; then`;
  return [
    comment(
      config.kind === "resolved"
        ? "3. The configuration that it had then."
        : "3. The configuration that was asked for: the kernel is not in the cache any more.",
    ),
    ...configLines(config),
    comment(`4. The kernel: ${names.out}/${image}.`),
    `${modules}\n\tkbuild ${target} modules\nelse\n\tkbuild ${target}\nfi`,
    `${modules}\n\tkbuild modules_install INSTALL_MOD_PATH=${inside.out}/installed INSTALL_MOD_STRIP=1\nfi`,
  ].join("\n");
}

function configLines(config: StepByHand["config"]): string[] {
  const file = `${names.out}/.config`;
  const text = Buffer.from(config.text);
  if (config.kind === "resolved") return [fileText(file, text)];
  if (config.base === null) return [fileText(file, text), "kbuild olddefconfig"];
  const base = shellWord(config.base);
  if (allTargets.has(config.base)) {
    return [
      fileText(`${names.out}/fragments`, text),
      `kbuild KCONFIG_ALLCONFIG=${inside.out}/fragments ${base}`,
    ];
  }
  return [`kbuild ${base}`, here(`cat >>${file}`, config.text), "kbuild olddefconfig"];
}
