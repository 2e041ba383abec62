import { describe, expect, it } from "vitest";
import { ConsoleStream } from "../../src/crash/stream.ts";

/** Lines of a console, and the state that each of them leads to. */
const stories: Record<string, readonly (readonly [string, string])[]> = {
  "a panic ends with its mark": [
    ["[    1.0] vela: ready", "quiet"],
    ["[    2.0] Kernel panic - not syncing: vela is gone", "crashing"],
    ["[    2.0] Call Trace:", "crashing"],
    ["[    2.0]  vela+0x1/0x2", "crashing"],
    ["[    2.0] ---[ end Kernel panic - not syncing: vela is gone ]---", "complete"],
  ],
  "a sanitizer's report ends with its rule, not with its first stack": [
    ["==================================================================", "quiet"],
    ["BUG: KASAN: use-after-free in vela+0x1/0x2", "crashing"],
    ["Call Trace:", "crashing"],
    [" vela+0x1/0x2", "crashing"],
    ["Freed by task 7:", "crashing"],
    ["==================================================================", "complete"],
  ],
  "lockdep says nothing after its stack, and its chains are no stack": [
    ["WARNING: possible circular locking dependency detected", "crashing"],
    ["-> #1 (vela_b){+.+.}-{3:3}:", "crashing"],
    ["       vela+0x1/0x2", "crashing"],
    ["stack backtrace:", "crashing"],
    ["CPU: 0 PID: 77 Comm: repro Not tainted 6.6.1 #4", "crashing"],
    ["Call Trace:", "crashing"],
    [" vela+0x1/0x2", "crashing"],
    [" [<60214670>] ? vela_noise+0x0/0x90", "crashing"],
    [" vela_ioctl+0x1/0x2", "crashing"],
    ["vela: going on", "complete"],
  ],
  "another task's lines say nothing about this one's": [
    ["[    1.0][   T7] INFO: task vela:7 blocked for more than 10 seconds.", "crashing"],
    ["[    1.0][   T7] Call Trace:", "crashing"],
    ["[    1.0][   T7]  vela+0x1/0x2", "crashing"],
    ["[    1.0][   T8] vela: going on", "crashing"],
    ["[    1.0][   T7] no locks held by vela/7.", "complete"],
  ],
  "a machine that goes down has said everything": [
    ["kernel BUG at vela.c:1!", "crashing"],
    ["reboot: System halted", "complete"],
    ["BUG: Bad page map", "complete"],
  ],
};

describe("ConsoleStream", () => {
  it.each(Object.entries(stories))("%s", (_, lines) => {
    const watcher = new ConsoleStream();
    expect(lines.map(([line]) => [line, watcher.push(Buffer.from(`${line}\n`))])).toEqual(lines);
  });

  it("waits for the end of a line", () => {
    const watcher = new ConsoleStream();
    expect(watcher.push(Buffer.from("BUG: Bad page m"))).toBe("quiet");
    expect(watcher.push(Buffer.from("ap in process vela"))).toBe("quiet");
    expect(watcher.push(Buffer.from("\n"))).toBe("crashing");
  });

  it("has enough of a report that does not end", () => {
    const watcher = new ConsoleStream();
    watcher.push(Buffer.from("BUG: Bad page map in process vela\n"));
    watcher.push(Buffer.from("vela\n".repeat(2998)));
    expect(watcher.state).toBe("crashing");
    watcher.push(Buffer.from("vela\nvela\n"));
    expect(watcher.state).toBe("complete");
  });
});
