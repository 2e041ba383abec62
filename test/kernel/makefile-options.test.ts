import { expect, test } from "vitest";
import { optionsOf } from "../../src/kernel/makefile-options.ts";

const makefile = `# SPDX
obj-y := open.o read_write.o
obj-$(CONFIG_EVENTFD)		+= eventfd.o
obj-$(CONFIG_UNIX) += unix.o
unix-y := af_unix.o \\
	garbage.o
unix-$(CONFIG_SYSCTL) += sysctl.o
obj-$(CONFIG_NFS) += nfs/
both-objs := twice.o
obj-$(CONFIG_BOTH) += both.o
obj-y += twice.o
loop-y := loop.o
ccflags-$(CONFIG_DEBUG) += -DDEBUG
`;

test.each([
  ["eventfd.o", ["CONFIG_EVENTFD"]],
  ["garbage.o", ["CONFIG_UNIX"]],
  ["sysctl.o", ["CONFIG_SYSCTL", "CONFIG_UNIX"]],
  ["nfs/", ["CONFIG_NFS"]],
  ["open.o", []],
  ["nowhere.o", []],
  ["loop.o", []],
  ["eventfd", []],
])("%s is built by %j", (object, options) => {
  expect(optionsOf(makefile, object)).toEqual(options);
});
