import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type HeldName, holdName, isHeld, nameOfFolder } from "../process/held-name.ts";

/** A numbered folder that no other process uses while this one has it. */
export interface SlotFolder {
  readonly folder: string;
  readonly held: HeldName;
}

/** The first folder `slots/0`, `slots/1`, … (made where there is none) that nobody has. */
export async function claimSlotFolder(slots: string): Promise<SlotFolder> {
  for (let number = 0; ; number += 1) {
    const folder = join(slots, String(number));
    await mkdir(folder, { recursive: true });
    const held = await holdName(await heldNameOf(folder));
    if (held !== null) return { folder, held };
  }
}

/** Whether a process builds in the slot in `folder`, or waits to. */
export async function isSlotTaken(folder: string): Promise<boolean> {
  return isHeld(await heldNameOf(folder));
}

async function heldNameOf(folder: string): Promise<string> {
  return `slot:${await nameOfFolder(folder)}`;
}
