import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileReproducer } from "../../src/kernel/initramfs/reproducer.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { GuestKit } from "../machine/guest-kit.ts";
import { prebuiltKernel, prebuiltModules } from "../real/prebuilt-kernel.ts";

const arch = "arm64";
const modules = prebuiltModules(arch);

describe("Debian's kernel of arm64 in QEMU", () => {
  let kit: GuestKit;
  let machine: Machine;
  beforeAll(() => {
    kit = new GuestKit(arch, prebuiltKernel(arch), 256 * 1024 ** 2);
    machine = createQemuMachine({ arch, snapshots: join(kit.folder, "snapshots") });
  });
  afterAll(async () => {
    await machine.close();
    kit.remove();
  });

  const says = `#include <stdio.h>
#include <sys/utsname.h>
int main(void) { struct utsname u; uname(&u); printf("on %s\\n", u.machine); return 4; }
`;
  const crashes = `#include <fcntl.h>
#include <unistd.h>
int main(void) { write(open("/proc/sysrq-trigger", O_WRONLY), "c", 1); pause(); }
`;

  test("runs a C reproducer that a cross compiler made, booted and restored alike", async () => {
    const guest = await kit.program(says, modules);
    const [restored, booted] = [
      await kit.run(machine, guest, { deadline: 300 }),
      await kit.run(machine, guest, { deadline: 300, mayRestore: false }),
    ];
    expect(restored).toMatchObject({ ending: "clean", crashes: [], restored: true });
    expect(booted).toMatchObject({ ending: "clean", crashes: [] });
    expect(booted.restored).toBeUndefined();
    for (const { console, lines } of [restored, booted]) {
      expect(console).toMatch(/^on aarch64\r?$/m);
      expect(lines).toContain("reproducer exited with status 4");
      expect(lines.at(-1)).toBe("done");
    }
  });

  test("crashes, and the crash is read", async () => {
    const guest = await kit.program(crashes, modules);
    const result = await kit.run(machine, guest, { deadline: 300 });
    expect(result).toMatchObject({ ending: "crashed", restored: true });
    expect(result.crashes.map(({ title }) => title)).toEqual([
      "kernel panic: sysrq triggered crash",
    ]);
  });
});

test("a reproducer for an architecture whose compiler is not here names the packages", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-no-compiler-"));
  const path = process.env.PATH;
  try {
    mkdirSync(join(folder, "empty"));
    process.env.PATH = join(folder, "empty");
    const compiling = compileReproducer({
      ...{ source: Buffer.from("int main(void) { return 0; }"), name: "repro.c" },
      ...{ arch: "s390x", cacheFolder: folder, signal: new AbortController().signal },
    });
    await expect(compiling).rejects.toMatchObject({ isInfrastructure: true });
  } finally {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  }
});
