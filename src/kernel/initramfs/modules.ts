import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import type { CpioEntry } from "./cpio.ts";

/**
 * The modules that `make modules_install` put below `folder`, as entries of an archive: the files, and
 * `modules/order`, in which each comes after all that it needs.
 *
 * The folder comes from a kernel's own makefiles, which are hostile: only plain files below it are taken.
 * Throws `config-not-for-machine` for compressed modules, `build-infrastructure` where there is no
 * `modules.dep`.
 */
export async function moduleEntries(folder: string): Promise<CpioEntry[]> {
  const root = await releaseFolder(folder);
  const order = loadOrder(parseDependencies(await readDependencies(root)));
  const entries: CpioEntry[] = [];
  const paths: string[] = [];
  for (const module of order) {
    if (!/^[\w@+,.-]+(\/[\w@+,.-]+)*\.ko$/.test(module) || /(^|\/)\.\.?(\/|$)/.test(module)) {
      throw unusable(module);
    }
    const file = await plainFile(root, module);
    if (file === null) throw unusable(module);
    entries.push({
      kind: "file",
      path: `modules/${module}`,
      mode: 0o644,
      bytes: await readFile(file),
    });
    paths.push(`/modules/${module}\n`);
  }
  const list = Buffer.from(paths.join(""));
  return [{ kind: "file", path: "modules/order", mode: 0o644, bytes: list }, ...entries];
}

/** Each module with those that it needs, from lines `a.ko: b.ko c.ko` (modules.dep(5)). Pure. */
export function parseDependencies(text: string): Map<string, string[]> {
  const needs = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const names = line.slice(colon + 1).split(" ");
    needs.set(
      line.slice(0, colon),
      names.filter((name) => name !== ""),
    );
  }
  return needs;
}

/**
 * All modules, each after those that it needs, otherwise by name. A circle, which depmod does not write,
 * is broken at its first module. Pure; linear in the number of dependencies.
 */
export function loadOrder(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  // A stack of our own: a chain of dependencies may be longer than the language's.
  for (const first of [...needs.keys()].sort()) {
    const stack: { readonly module: string; next: number }[] = [];
    const enter = (module: string) => {
      if (seen.has(module)) return;
      seen.add(module);
      stack.push({ module, next: 0 });
    };
    enter(first);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const below = needs.get(top.module)?.[top.next++];
      if (below !== undefined) enter(below);
      else order.push(stack.pop()!.module);
    }
  }
  return order;
}

/** `folder` is where `lib/modules/RELEASE` is, or that folder itself. */
async function releaseFolder(folder: string): Promise<string> {
  const modules = join(folder, "lib", "modules");
  const releases = await readdir(modules).catch(() => []);
  return releases.length === 1 ? join(modules, releases[0]!) : folder;
}

async function readDependencies(root: string): Promise<string> {
  try {
    const file = await plainFile(root, "modules.dep");
    if (file === null) throw unusable("modules.dep");
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("build-infrastructure", `no list of modules in ${root}`, {
      facts: { folder: root },
      hint: "apt-get install kmod: without depmod, make modules_install leaves none",
      cause: error,
    });
  }
}

/** The path of a file below `root` that no link leads out of, and that can be read to an end; else null. */
async function plainFile(root: string, path: string): Promise<string | null> {
  const file = join(await realpath(root), path);
  if ((await realpath(file)) !== file) return null;
  return (await lstat(file)).isFile() ? file : null;
}

function unusable(module: string): Failure {
  if (/\.ko\.(gz|xz|zst)$/.test(module)) {
    return new Failure("config-not-for-machine", `the module ${module} is compressed`, {
      facts: { module },
      hint: "set CONFIG_MODULE_COMPRESS=n, or on newer kernels CONFIG_MODULE_COMPRESS_NONE=y",
    });
  }
  return new Failure("build-infrastructure", `not a module that can be packed: ${module}`, {
    facts: { module },
    hint: "look at modules.dep, which the kernel's tree made",
  });
}
