/** Reports of crashes as kernels print them, by what they show. */
export const useAfterFree = `Write protecting the kernel read-only data: 14336k
Run /init as init process
==================================================================
BUG: KASAN: slab-use-after-free in pond_drain+0x2b/0x60 drivers/pond.c:41
Read of size 8 at addr ffff888000b49418 by task repro/24

CPU: 0 PID: 24 Comm: repro Not tainted 6.2.0-rc1 #1
Hardware name: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2
Call Trace:
 <TASK>
 dump_stack_lvl+0x51/0x66 lib/dump_stack.c:106
 print_report+0x19a/0x487 mm/kasan/report.c:430
 kasan_report+0xe9/0x190 mm/kasan/report.c:536
 __asan_load8+0x69/0x90 mm/kasan/generic.c:258
 pond_drain+0x2b/0x60 drivers/pond.c:41
 pond_ioctl+0xd9/0x360 drivers/pond.c:97
 vfs_ioctl fs/ioctl.c:51 [inline]
 __do_sys_ioctl fs/ioctl.c:870 [inline]
 __x64_sys_ioctl+0x681/0xe90 fs/ioctl.c:856
 do_syscall_64+0x2f/0x50 arch/x86/entry/common.c:80
 entry_SYSCALL_64_after_hwframe+0x4b/0xb5
RIP: 0033:0x43972b
Code: 00 48 89 44 24 18 31 c0 48 8d 44 24 60 c7 04 24 10 00 00 00 48 89 <89> c2 3d 00 f0 ff ff
RSP: 002b:00007ffc411a7020 EFLAGS: 00000246 ORIG_RAX: 0000000000000010
RAX: ffffffffffffffda RBX: 0000000000000001 RCX: 000000000043972b
R13: 0000000000000001 R14: 0000000000000001 R15: 0000000000000001
 </TASK>

Allocated by task 24:
 kasan_save_stack+0x39/0x60 mm/kasan/common.c:45
 kasan_set_track+0x25/0x30 mm/kasan/common.c:52
 __kasan_kmalloc+0x93/0xa0 mm/kasan/common.c:383
 kmalloc_trace+0x5e/0xc0 mm/slab_common.c:1062
 pond_open+0xbe/0x360 drivers/pond.c:63
 do_dentry_open+0x4a0/0xb00 fs/open.c:884
 path_openat+0x1212/0x2a60 fs/namei.c:3714
 do_filp_open+0x193/0x3b0 fs/namei.c:3741
 do_sys_openat2+0x11e/0x420 fs/open.c:1310
 __x64_sys_openat+0x122/0x1e0 fs/open.c:1326
 do_syscall_64+0x2f/0x50 arch/x86/entry/common.c:80
 entry_SYSCALL_64_after_hwframe+0x4b/0xb5

Freed by task 24:
 kasan_save_stack+0x39/0x60 mm/kasan/common.c:45
 kasan_save_free_info+0x2e/0x50 mm/kasan/generic.c:518
 __kasan_slab_free+0x12/0x20 mm/kasan/common.c:244
 kfree+0xcb/0x150 mm/slab_common.c:1007
 pond_release+0x9/0x10 drivers/pond.c:71
 pond_ioctl+0xcd/0x360 drivers/pond.c:95
 __x64_sys_ioctl+0x681/0xe90 fs/ioctl.c:856
 do_syscall_64+0x2f/0x50 arch/x86/entry/common.c:80
 entry_SYSCALL_64_after_hwframe+0x4b/0xb5

The buggy address belongs to the object at ffff888000b49400
 which belongs to the cache kmalloc-96 of size 96
The buggy address is located 24 bytes inside of
 freed 96-byte region [ffff888000b49400, ffff888000b49460)

The buggy address belongs to the physical page:
page:(____ptrval____) refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0xb49
raw: 0000000000000200 0000000000000000 dead000000000122 ffff888000141780

Memory state around the buggy address:
 ffff888000b49380: 00 00 00 00 00 00 00 00 00 00 00 00 fc fc fc fc
>ffff888000b49400: fa fb fb fb fb fb fb fb fb fb fb fb fc fc fc fc
==================================================================
`;

export const warning = `tsc: Refined TSC clocksource calibration: 2596.145 MHz
------------[ cut here ]------------
pond: bad state 16
WARNING: CPU: 0 PID: 24 at drivers/pond.c:49 pond_ioctl+0x32b/0x360
Modules linked in: pond heron
CPU: 0 PID: 24 Comm: repro Not tainted 6.2.0-rc1 #1
RIP: 0010:pond_ioctl+0x32b/0x360
Code: 43 48 e9 71 fd ff ff 80 3d 5c 3b ca 00 00 0f 85 64 fd ff ff
RSP: 0018:ffff888000d1fd20 EFLAGS: 00000286
RAX: 0000000000000000 RBX: 0000000000000010 RCX: ffffffff811089d6
FS:  000000002a9c9380(0000) GS:ffff88800d200000(0000) knlGS:0000000000000000
CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033
CR2: 000000002a9cb6d8 CR3: 0000000000d16000 CR4: 00000000003506b0
Call Trace:
 <TASK>
 __x64_sys_ioctl+0x681/0xe90
 do_syscall_64+0x2f/0x50
 </TASK>
Kernel panic - not syncing: kernel: panic_on_warn set ...
`;
