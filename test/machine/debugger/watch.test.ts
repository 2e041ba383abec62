import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { PacketReader, packetOf } from "../../../src/machine/qemu/debugger/packets.ts";
import { Stub } from "../../../src/machine/qemu/debugger/stub.ts";
import { Watch } from "../../../src/machine/qemu/debugger/watch.ts";

const folders: string[] = [];
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** All registers, the program counter being the third. */
function registersAt(address: bigint): string {
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64LE(address, 16);
  return bytes.toString("hex");
}

/**
 * A stub whose guest executes `calls`, and is gone then. Says what it was asked. `refused`: breakpoints that
 * cannot be set, by their packet's beginning.
 */
async function stubOf(calls: readonly bigint[], refused: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-stub-"));
  folders.push(folder);
  const asked: string[] = [];
  const set = new Set<string>();
  let next = 0;
  const goOn = (socket: Socket) => {
    while (next < calls.length) {
      const at = calls[next++] as bigint;
      if (set.has(at.toString(16))) return socket.write(packetOf("T05thread:01;"));
    }
    return socket.end(packetOf("W00"));
  };
  const server = createServer((socket) => {
    const reader = new PacketReader();
    socket.on("error", () => {});
    // As QEMU does, which stops the guest for who comes.
    socket.write(packetOf("T02thread:01;"));
    socket.on("data", (chunk) => {
      for (const text of reader.push(chunk as Buffer)) {
        asked.push(text);
        const address = text.split(",")[1] ?? "";
        if (text === "c") goOn(socket);
        else if (text === "g") socket.write(packetOf(registersAt(calls[next - 1] as bigint)));
        else if (refused.some((start) => text.startsWith(start))) socket.write(packetOf("E22"));
        else {
          if (text.startsWith("Z")) set.add(address);
          if (text.startsWith("z")) set.delete(address);
          socket.write(packetOf("OK"));
        }
      }
    });
  });
  servers.push(server);
  const path = join(folder, "socket");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stub = await Stub.at(path, new AbortController().signal);
  return { watch: new Watch(stub, 2), stub, asked };
}

describe("functions watched by a debugger", () => {
  test("stop the guest once each, however often they are called", async () => {
    const { watch, asked } = await stubOf([0x10n, 0x30n, 0x10n, 0x99n, 0x30n]);
    await watch.set([[0x10n, 0x20n], [0x30n], [0x40n]], 1);
    await watch.follow();
    expect(watch.met).toEqual([1, 1, 0]);
    expect(watch.broken).toBe(false);
    expect(asked.filter((text) => text === "c")).toHaveLength(3);
    expect(asked.filter((text) => text.startsWith("z"))).toEqual(["z1,10,1", "z1,30,1"]);
  });

  test("are tried in memory where the processor has no breakpoints, and given up where neither works", async () => {
    const { watch, asked } = await stubOf([0x10n, 0x30n], ["Z1", "Z0,30"]);
    await watch.set([[0x10n], [0x30n, 0x10n]], 4);
    await watch.follow();
    expect(watch.met).toEqual([1, null]);
    expect(asked).toContain("Z0,10,4");
  });

  test("are left alone where the guest stops for something else", async () => {
    const { watch, asked } = await stubOf([0x10n], ["z1"]);
    await watch.set([[0x10n]], 1);
    await watch.follow();
    expect(watch.broken).toBe(true);
    expect(asked.at(-1)).toBe("D");
  });

  test("are not waited for where nobody answers", async () => {
    const { watch, stub } = await stubOf([]);
    stub.close();
    await watch.set([[0x10n]], 1);
    await watch.follow();
    expect(watch.met).toEqual([null]);
    const gone = Stub.at("/nowhere/socket", new AbortController().signal);
    await expect(gone).rejects.toThrow("ENOENT");
  });
});
