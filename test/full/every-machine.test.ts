import { join } from "node:path";
import { expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { TestBoard } from "../machine/board.ts";
import { DemoBisections, root } from "./demo-bisection.ts";

test("one bug ends the same on User Mode Linux, by a command, and on a board that is reached with ssh", async () => {
  const demo = await DemoBisections.open("um");
  const um = await demo.end("um", {});
  expect(um.end).toBe("found");
  expect(await losesReference(demo.history.repository, um.culprit)).toBe(true);

  const command = await demo.end("command", {
    machine: {
      type: "command",
      run: ["sh", "$INPUTS/uml.sh"],
      files: [join(root, "examples/machines/uml.sh")],
      memory: "128M",
      "at-once": 2,
    },
  });
  expect(command).toMatchObject({ end: "found", culprit: um.culprit });

  const board = await TestBoard.start();
  try {
    const { powerCycle, knownHosts, bootId, ...same } = board.described();
    const described = { "power-cycle": powerCycle, "known-hosts": knownHosts, "boot-id": bootId };
    const machine = { type: "ssh", ...same, ...described, boot: 60 };
    const ssh = await demo.end("ssh", { machine }, "--allow-host");
    expect(ssh).toMatchObject({ end: "found", culprit: um.culprit });
    expect(board.boots).toBeGreaterThan(10);
  } finally {
    await board.close();
  }
});
