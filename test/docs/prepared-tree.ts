import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelCache } from "../../src/kernel/cache.ts";
import { makeHistory } from "../bisection/small-history.ts";
import { firstbadWith, program } from "../cli/firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "../cli/scripted/scripted-job.ts";
import { readFixture } from "../crash/fixture.ts";

const history = makeHistory([
  { name: "release", subject: "Linux 6.1", tags: ["v6.1"] },
  { name: "console", subject: "tty: do not wait for a console that is gone" },
  { name: "buffers", subject: "fs/pipe: count buffers where they are taken", parents: ["release"] },
  { name: "poll", subject: "fs/pipe: poll without the lock" },
  { name: "culprit", subject: "fs/pipe: drop a reference that nobody needs" },
  { name: "merge", subject: "Merge branch 'pipe'", parents: ["console", "culprit"] },
  { name: "signal", subject: "signal: name the sender in traces" },
  { name: "eventfd", subject: "eventfd: refuse flags that are not known" },
  { name: "klist", subject: "klist: say what an iterator holds" },
  { name: "tip", subject: "Linux 6.2-rc1", tags: ["v6.2-rc1"] },
]);

const bug = "KASAN: slab-use-after-free Read in pipe_poll";

/** Where the examples of a page are run. */
export interface PreparedTree {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A kernel tree as after a crash: v6.2-rc1 checked out, a `.config`, a reproducer, a console, and a bisection of
 * eventfd's commit that this machine's trouble has stopped. Its kernels keep to a script.
 */
export async function prepareTree(): Promise<PreparedTree> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "firstbad-docs-")));
  const home = join(root, "home");
  const folder = join(root, "linux");
  const env = { ...scriptedEnv(home), PATH: `${join(program, "..")}:${process.env.PATH}` };

  execFileSync("git", ["clone", "-q", "--no-checkout", history.folder, folder]);
  execFileSync("git", ["-C", folder, "checkout", "-q", "v6.2-rc1"]);
  const options = {
    needed: ["KASAN", "EVENTFD"],
    idle: ["UBSAN", "PROVE_LOCKING", ...Array.from({ length: 8 }, (_, n) => `NET_DRIVER_${n}`)],
  };
  const script = { bug, culprit: history.hash("culprit"), options };
  const kernel = { repo: folder, crashes: history.hash("eventfd"), clean: "v6.1" };
  await writeFile(join(folder, ".config"), "CONFIG_PRINTK=y\n");
  const fixture = join(import.meta.dirname, "../crash/fixtures/gpf.txt");
  await writeFile(join(folder, "console.log"), readFixture(await readFile(fixture)).console);
  await writeFile(join(folder, "repro.c"), `// ${JSON.stringify(script)}\nint main(void) {}\n`);

  const earlier = join(root, "earlier");
  await mkdir(earlier);
  const job = await writeScriptedJob(earlier, kernel, script);
  const trouble = { ...env, FIRSTBAD_TROUBLE_AT: history.hash("culprit") };
  await firstbadWith(trouble, earlier, ["bisect", job]);
  await storeKernel(join(home, "cache"), root);
  return { folder, env };
}

/** A kernel in the cache, as a bisection leaves it: the lab that keeps to a script makes none. */
async function storeKernel(cache: string, root: string): Promise<void> {
  const image = join(root, "image");
  await writeFile(image, Buffer.alloc(3 * 1024 ** 2));
  const kernels = await KernelCache.open(cache, 1024 ** 3);
  const files = { image, vmlinux: image, config: join(root, "linux/.config"), modules: null };
  await kernels.store(history.hash("eventfd").padEnd(64, "0"), files);
  await kernels.close();
}
