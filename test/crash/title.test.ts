import { expect, it } from "vitest";
import { frameOfTitle, normalTitle } from "../../src/crash/title.ts";

it.each([
  ["INFO: task syz-executor.3:1234 is odd", "INFO: task syz-executor:NUM is odd"],
  ["vela of syzkaller412 at 0xffff888004b1c018", "vela of syzkaller at ADDR"],
  ["vela at deadbeef", "vela at ADDR"],
  ["vela from 192.168.0.17", "vela from IP"],
  ["vela in drivers/vela.c:12:3", "vela in drivers/vela.c:LINE"],
  ["vela in func+0x10/0x20", "vela in func"],
  ["vela on CPU#11", "vela on CPU"],
  ["vela failed -12 times in cfg80211_scan", "vela failed -NUM times in cfg80211_scan"],
  ["vela\tof  \x07 the   s\u00e9a ", "vela of the sa"],
  ["unregister_netdevice: waiting for lo to go", "unregister_netdevice: waiting for DEV to go"],
  [`${"x".repeat(119)} tail`, "x".repeat(119)],
  [`vela123456789012 ${"x".repeat(109)}`, `velaNUM ${"x".repeat(109)}`],
])("writes %j as %j", (text, title) => {
  expect(normalTitle(text)).toBe(title);
  expect(normalTitle(title)).toBe(title);
});

it.each([
  ["KASAN: use-after-free Read in vela_peek", "vela_peek"],
  ["WARNING in vela_submit/usb_submit_urb", "vela_submit"],
  ["overflow in <vela::Sea as kernel::Device>::mmap", "<vela::Sea as kernel::Device>::mmap"],
  ["BUG: Bad page map", null],
])("takes the function of %j", (title, frame) => {
  expect(frameOfTitle(title)).toBe(frame);
});
