import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import { parseDependencies } from "../../src/kernel/initramfs/modules.ts";
import { createUmlMachine } from "../../src/machine/uml.ts";
import { machineContract } from "../machine/contract.ts";

/** The prebuilt kernel of Debian's package `user-mode-linux`, and the folder of its modules. */
const image = "/usr/bin/linux.uml";
const modulesOfImage = "/usr/lib/uml/modules";

machineContract("uml", {
  arch: "um",
  image,
  memory: 128 * 1024 ** 2,
  command: "/machine/",
  slow: false,
  create: (bounds) => createUmlMachine(bounds),
  // Guest memory and this together are below what the kernel's own image takes.
  createStarved: () => createUmlMachine({ kernelMemory: -120 * 1024 ** 2 }),
});

test("a guest loads its modules, each after what it needs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-modules-"));
  try {
    const release = readdirSync(modulesOfImage)[0]!;
    const all = parseDependencies(
      readFileSync(join(modulesOfImage, release, "modules.dep"), "utf8"),
    );
    const wanted = "kernel/fs/nfs/nfsv3.ko";
    const chosen = [wanted, ...(all.get(wanted) ?? [])];
    const target = join(folder, "lib/modules", release);
    for (const module of chosen) {
      mkdirSync(dirname(join(target, module)), { recursive: true });
      cpSync(join(modulesOfImage, release, module), join(target, module));
    }
    const lines = chosen.map((module) => `${module}: ${(all.get(module) ?? []).join(" ")}\n`);
    writeFileSync(join(target, "modules.dep"), lines.join(""));

    const signal = new AbortController().signal;
    const initramfs = join(folder, "initramfs");
    const console = join(folder, "console");
    await buildInitramfs({
      init: await compileInit("um", folder, signal),
      reproducer: { kind: "shell", script: Buffer.from("cut -d' ' -f1 /proc/modules\n") },
      modules: folder,
      out: initramfs,
    });
    const result = await createUmlMachine().run(
      {
        image,
        initramfs,
        console,
        cmdline: "",
        memory: 128 * 1024 ** 2,
        seconds: 20,
        deadline: 120,
      },
      signal,
    );
    const text = readFileSync(console, "latin1");
    expect(result.ending).toBe("clean");
    expect(text).not.toContain("firstbad: module");
    for (const name of ["nfsv3", "nfs", "lockd", "sunrpc"]) {
      expect(text).toMatch(new RegExp(`^${name}\\r?$`, "m"));
    }
    expect(chosen.length).toBeGreaterThan(4);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
