import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGenericPlace } from "../../src/crash/generic-places.ts";
import { guiltyFileOf, relevantFrames } from "../../src/crash/guilty-file.ts";

const kasan = `BUG: KASAN: use-after-free in __list_add_valid+0xb1/0xd0 lib/list_debug.c:23
Read of size 8 at addr ffff8880a1b2c3d4 by task vela/10914
CPU: 0 PID: 10914 Comm: vela Not tainted 6.1.0 #1
Call Trace:
 __dump_stack lib/dump_stack.c:88 [inline]
 dump_stack_lvl+0x57/0x7d lib/dump_stack.c:106
 kasan_report+0xa2/0x100 mm/kasan/report.c:495
 __list_add include/linux/list.h:69 [inline]
 vela_attach+0x4a/0x90 drivers/vela/core.c:120 [vela]
 vfs_write+0x1/0x2 fs/read_write.c:589
`;

describe("guiltyFileOf", () => {
  it.each([
    [
      "the first file that is not generic",
      "KASAN: use-after-free Read in vela_attach",
      kasan,
      "drivers/vela/core.c",
    ],
    [
      "the first of all where every file is generic",
      "WARNING in kfree",
      "WARNING: CPU: 0 PID: 1 at mm/slub.c:12 kfree+0x1/0x2 mm/slub.c:12\n kfree+0x1/0x2 mm/slub.c:12\n strlen+0x1/0x2 lib/string.c:3\n",
      "mm/slub.c",
    ],
    [
      "a later file in a deeper folder, which the first only calls",
      "BUG: x",
      "BUG: x\n generic_shutdown_super+0x1/0x2 fs/super.c:501\n vela_put_super+0x1/0x2 fs/vela/super.c:7\n",
      "fs/vela/super.c",
    ],
    [
      "no later file in a folder beside it",
      "BUG: x",
      "BUG: x\n vela_a+0x1/0x2 fs/vela/a.c:1\n iris_b+0x1/0x2 fs/iris/b.c:1\n",
      "fs/vela/a.c",
    ],
    [
      "nothing that held locks or interrupt history name",
      "BUG: x",
      "BUG: x\n #0: ffff8880a1b2c3d4 (&vela){+.+.}, at: vela_a+0x1/0x2 fs/vela/a.c:1\nhardirqs last enabled at (12): [<ffffffff81000000>] iris+0x1/0x2 net/iris.c:4\n main_b+0x1/0x2 sound/b.c:1\n",
      "sound/b.c",
    ],
    [
      "held locks where nothing else names a file",
      "BUG: x",
      "BUG: x\n1 lock held by vela/7:\n #0: ffff8880a1b2c3d4 (&vela){+.+.}, at: vela_a+0x1/0x2 fs/vela/a.c:1\n",
      "fs/vela/a.c",
    ],
    [
      "what an ARM register points at: nothing",
      "Internal error in vela",
      "Internal error: Oops\nRegister r4 information: 2-page vmalloc region allocated at kernel_clone+0x9c/0x3d4 kernel/fork.c:2698\n[<80470054>] (kfree) from [<80471bd8>] (vela_xmit+0xb0/0x1214 net/vela.c:55)\n",
      "net/vela.c",
    ],
    [
      "a stall's interrupted code before the code that noticed it",
      "INFO: rcu detected stall in vela_loop",
      "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n vela_timer+0x1/0x2 drivers/vela/timer.c:4\n asm_sysvec_apic_timer_interrupt+0x1/0x2 arch/x86/include/asm/idtentry.h:645\n vela_loop+0x1/0x2 drivers/vela/loop.c:9\n",
      "drivers/vela/loop.c",
    ],
    [
      "the headline's on, not the end of what was printed before",
      "KASAN: use-after-free Read in vela_attach",
      ` __sys_bind+0x1/0x2 net/socket.c:1902\n${kasan}`,
      "drivers/vela/core.c",
    ],
    [
      "paths below the tree",
      "BUG: x",
      "BUG: x\n kvm_f+0x1/0x2 arch/x86/kvm/../../../virt/kvm/main.c:7\n",
      "virt/kvm/main.c",
    ],
    [
      "no path of something else than the kernel",
      "trusty: panic",
      "trusty: panic: ASSERT FAILED at (trusty/kernel/ipc.c:472)\n",
      null,
    ],
    ["null without source lines", "BUG: x", "BUG: x\n vela_a+0x1/0x2\n", null],
  ])("takes %s", (_, title, report, file) => {
    expect(guiltyFileOf(title, report)).toBe(file);
  });

  it("is found in any text, and is one of its files", () => {
    const line = fc.oneof(
      fc.constantFrom(...kasan.split("\n"), " f a.c:1", "a.c:1 ".repeat(300)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const report = lines.join("\n");
        const file = guiltyFileOf("BUG: x", report);
        if (file !== null) expect(report).toContain(file);
      }),
    );
  });
});

describe("relevantFrames", () => {
  it("lists functions with their places in order, each once, and says which are generic", () => {
    const frames = relevantFrames(`${kasan}${kasan}`);
    expect(
      frames.map(
        (frame) => `${frame.generic ? "-" : "+"} ${frame.function} ${frame.file}:${frame.line}`,
      ),
    ).toEqual([
      "- __list_add_valid lib/list_debug.c:23",
      "- __dump_stack lib/dump_stack.c:88",
      "- dump_stack_lvl lib/dump_stack.c:106",
      "- kasan_report mm/kasan/report.c:495",
      "- __list_add include/linux/list.h:69",
      "+ vela_attach drivers/vela/core.c:120",
      "+ vfs_write fs/read_write.c:589",
    ]);
  });

  it("reads the frames of ARM, of a processor's place and of Rust", () => {
    const report =
      "[<8151ca70>] (ip_tunnel_xmit) from [<8152dae0>] (__gre_xmit+0x140/0x234 net/ipv4/ip_gre.c:469)\n" +
      "RIP: 0010:io_ring_ctx_free fs/io_uring.c:9459 [inline]\n" +
      "       <rnull::Disk as kernel::Module>::init+0x904/0xc30 drivers/block/rnull.rs:12\n" +
      "WARNING: CPU: 1 PID: 4 at fs/io_uring.c:9459\n";
    expect(relevantFrames(report).map((frame) => frame.function)).toEqual([
      "__gre_xmit",
      "io_ring_ctx_free",
      "<rnull::Disk as kernel::Module>::init",
    ]);
  });

  it.each(["<", " ", "<a", "a::", "a.c:1 "])(
    "takes bounded time where lines are full of %j",
    (piece) => {
      const line = `${piece.repeat(1190).slice(0, 1190)} a.c:1\n`;
      const begin = process.cpuUsage();
      relevantFrames(line.repeat(5000));
      guiltyFileOf("BUG: x", line.repeat(5000));
      expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(3);
    },
  );

  it("keeps 256 of a report that goes on and on", () => {
    const report = Array.from({ length: 6000 }, (_, i) => ` f${i}+0x1/0x2 a/b.c:${i + 1}\n`).join(
      "",
    );
    expect(relevantFrames(report)).toHaveLength(256);
  });
});

describe("isGenericPlace", () => {
  it.each([
    "include/linux/skbuff.h",
    "lib/string.c",
    "mm/kasan/generic.c",
    "kernel/rcu/tree.c",
    "arch/x86/entry/entry_64.S",
    "arch/arm64/kernel/entry-common.c",
    "net/core/dev.c",
  ])("is true of %s", (path) => {
    expect(isGenericPlace(path)).toBe(true);
  });
  it.each([
    "fs/super.c",
    "net/core/rtnetlink.c",
    "kernel/bpf/syscall.c",
    "arch/x86/kvm/x86.c",
    "mm/mmap.c",
    "drivers/usb/core/hub.c",
  ])("is false of %s", (path) => {
    expect(isGenericPlace(path)).toBe(false);
  });
});
