import { constants } from "node:fs";
import {
  copyFile,
  cp,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Files of a kernel that was just built, in a build folder. */
export interface FreshKernel {
  readonly image: string;
  readonly vmlinux: string;
  readonly config: string;
  readonly modules: string | null;
}

const metaSchema = z.strictObject({
  version: z.literal(1),
  image: z.number().int().nonnegative(),
  vmlinux: z.number().int().nonnegative(),
  modules: z.boolean(),
  /** Of all files together. */
  bytes: z.number().int().nonnegative(),
});
type KernelMeta = z.infer<typeof metaSchema>;

/** What is in the folder of a kernel; null where it is missing, or not as it was when it was stored. */
export async function readKernel(folder: string): Promise<KernelMeta | null> {
  try {
    const meta = metaSchema.parse(JSON.parse(await readFile(join(folder, "meta.json"), "utf8")));
    const [image, vmlinux] = await Promise.all([
      stat(join(folder, "image")),
      stat(join(folder, "vmlinux")),
    ]);
    return image.size === meta.image && vmlinux.size === meta.vmlinux ? meta : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Copies all files of a kernel into a new folder; they are on the disk when it returns. */
export async function writeKernel(folder: string, kernel: FreshKernel): Promise<void> {
  await mkdir(folder);
  const vmlinux = join(folder, "vmlinux");
  const image = join(folder, "image");
  const config = join(folder, "config");
  // A copy and no hard link: make may write into the old file. Where the file system can, it shares blocks.
  await copyFile(kernel.vmlinux, vmlinux, constants.COPYFILE_FICLONE);
  // For UML both are one file.
  if (await sameFile(kernel.image, kernel.vmlinux)) await link(vmlinux, image);
  else await copyFile(kernel.image, image, constants.COPYFILE_FICLONE);
  await copyFile(kernel.config, config, constants.COPYFILE_FICLONE);
  if (kernel.modules !== null) {
    await cp(kernel.modules, join(folder, "modules"), { recursive: true, verbatimSymlinks: true });
  }
  const files = [vmlinux, image, config];
  if (kernel.modules !== null) files.push(...(await filesBelow(join(folder, "modules"))));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const shared = (await sameFile(image, vmlinux)) ? sizes[1]! : 0;
  const meta: KernelMeta = {
    version: 1,
    vmlinux: sizes[0]!,
    image: sizes[1]!,
    modules: kernel.modules !== null,
    bytes: sizes.reduce((sum, size) => sum + size, 0) - shared,
  };
  await writeFile(join(folder, "meta.json"), JSON.stringify(meta));
  for (const file of [...files, join(folder, "meta.json"), folder]) await flush(file);
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a), lstat(b)]);
  return one.ino === other.ino && one.dev === other.dev;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Waits until a file, or a folder's list of names, is on the disk. */
export async function flush(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
