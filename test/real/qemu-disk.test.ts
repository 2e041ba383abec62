import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { GuestKit } from "../machine/guest-kit.ts";
import { prebuiltKernel, prebuiltModules } from "./prebuilt-kernel.ts";

const arch = "x86_64";
const modules = prebuiltModules();
let kit: GuestKit;
let image: string;

beforeAll(() => {
  kit = new GuestKit(arch, prebuiltKernel(), 192 * 1024 ** 2);
  image = join(kit.folder, "image");
  const root = join(kit.folder, "root");
  for (const name of ["bin", "etc", "proc"]) mkdirSync(join(root, name), { recursive: true });
  cpSync("/bin/busybox", join(root, "bin/busybox"), { dereference: true });
  symlinkSync("busybox", join(root, "bin/sh"));
  writeFileSync(join(root, "etc/release"), "the image's own\n");
  execFileSync("/sbin/mke2fs", ["-q", "-t", "ext4", "-d", root, image, "8M"]);
});
afterAll(() => kit.remove());

const hash = () => createHash("sha256").update(readFileSync(image)).digest("hex");

test("a reproducer runs in the system of a disk image, and what it writes there is gone", async () => {
  const before = hash();
  const machine = createQemuMachine({
    arch,
    snapshots: join(kit.folder, "snapshots"),
    disk: { path: image },
  });
  const script = `read line < /etc/release; echo "read: $line"
[ -e /etc/mine ] && echo "not the first"
echo kept > /etc/mine && read line < /etc/mine && echo "wrote: $line"
while read device folder type rest; do [ "$folder" = / ] && echo "root: $device $type"; done < /proc/mounts
exit 5
`;
  try {
    const guest = await kit.shell(script, modules);
    const first = await kit.run(machine, guest);
    const results = [
      first,
      ...(await Promise.all([
        kit.run(machine, guest),
        kit.run(machine, guest, { mayRestore: false }),
      ])),
    ];
    expect(results.map(({ restored = false }) => restored)).toEqual([true, true, false]);
    for (const { ending, console, lines } of results) {
      expect(ending).toBe("clean");
      for (const line of ["read: the image's own", "wrote: kept", "root: /dev/vda ext4"]) {
        expect(console.split(/\r?\n/)).toContain(line);
      }
      expect(console).not.toContain("not the first");
      expect(lines).toContain("reproducer exited with status 5");
    }
    expect(hash()).toBe(before);
    expect(readdirSync(kit.folder).filter((name) => name.startsWith(".disk-"))).toEqual([]);
  } finally {
    await machine.close();
  }
});

test("a root that is not there is no evidence, and the console says what was looked for", async () => {
  const machine = createQemuMachine({ arch, disk: { path: image, root: "/dev/vda7" } });
  const guest = await kit.shell("exit 0\n", modules);
  const result = await kit.run(machine, guest);
  expect(result).toMatchObject({ ending: "boot-failed", crashes: [] });
  expect(result.lines).toContain(
    "reproducer not started: no system on /dev/vda7: No such device or address",
  );
});
