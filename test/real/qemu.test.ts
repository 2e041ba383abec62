import { expect, test } from "vitest";
import { whyNoGuestRuns } from "../../src/machine/qemu/kvm-probe.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { machineContract } from "../machine/contract.ts";
import { prebuiltKernel } from "./prebuilt-kernel.ts";

const arch = "x86_64";

machineContract("qemu", {
  arch,
  image: prebuiltKernel(),
  memory: 192 * 1024 ** 2,
  command: "qemu-system-x86_64\0",
  slow: true,
  create: (bounds) => createQemuMachine({ arch, ...bounds }),
  createStarved: () => createQemuMachine({ arch, ownMemory: -172 * 1024 ** 2 }),
});

test("the probe for KVM is a guest that comes to its end", async () => {
  expect(await whyNoGuestRuns("tcg")).toBeNull();
});
