import { join } from "node:path";
import { expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { DemoBisections, root } from "./demo-bisection.ts";

test("one bug ends the same whether its kernels are run as UML or in QEMU", async () => {
  const demo = await DemoBisections.open("whole");
  const um = await demo.end("um", {});
  const qemu = await demo.end("qemu", {
    kernel: {
      arch: "x86_64",
      config: { base: "allnoconfig", fragments: [join(import.meta.dirname, "x86_64.config")] },
    },
    reproducer: { c: join(root, "demo/repro.c"), seconds: 30 },
    machine: { type: "qemu", memory: "256M" },
  });
  expect(um.end).toBe("found");
  expect(qemu).toMatchObject({ end: "found", culprit: um.culprit });
  expect(await losesReference(demo.history.repository, um.culprit)).toBe(true);
});
