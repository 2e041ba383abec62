import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Board } from "../../src/machine/ssh/board.ts";
import { killTree } from "../../src/process/process-tree.ts";

/** Milliseconds between two looks for what the board was told. */
const lookEvery = 20;

/**
 * A board: its own system is a real sshd on a port of the loopback, with a host key of its own; the kernels
 * that it is rebooted into are User Mode Linux, with sshd gone meanwhile. What it is told comes as files in
 * its folder: `reboot`, `power`, and the kernel for the next boot below `next`.
 */
export class TestBoard {
  readonly folder = mkdtempSync(join(tmpdir(), "firstbad-board-"));
  readonly port: number;
  /** Boots of its own system, and cycles of its power. */
  boots = 0;
  cycles = 0;
  /** What it does when it is told to reboot, or has: for tests of trouble. */
  ignoresReboot = false;
  staysOff = false;
  /** Where its serial line goes too, as datagrams. */
  datagrams: number | null = null;
  #own: ChildProcess | null = null;
  #guest: ChildProcess | null = null;
  #over = false;
  #life: Promise<void> = Promise.resolve();

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<TestBoard> {
    const board = new TestBoard(await freePort());
    for (const name of ["host-key", "key", "other-key", "other-host-key"]) {
      const path = board.path(name);
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path]);
    }
    board.trust("host-key");
    writeFileSync(board.path("authorized-keys"), readFileSync(board.path("key.pub")));
    // Root's sshd separates its privileges in a folder that the service else makes.
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const config = [
      `Port ${board.port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${board.path("host-key")}`,
      `AuthorizedKeysFile ${board.path("authorized-keys")}`,
      `PidFile ${board.path("sshd.pid")}`,
      "UsePAM no",
      "StrictModes no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin yes",
    ];
    writeFileSync(board.path("sshd-config"), `${config.join("\n")}\n`);
    board.#bootOwn();
    board.#life = board.#live();
    return board;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes `name` the host key that firstbad knows the board by. */
  trust(name: string): void {
    const [type, key] = readFileSync(this.path(`${name}.pub`), "utf8").split(" ");
    writeFileSync(this.path("known-hosts"), `[127.0.0.1]:${this.port} ${type} ${key}\n`);
  }

  /** How firstbad is told of it, with `more` over it. */
  described(more: Partial<Board> = {}): Board {
    const copy = [
      `mkdir ${this.path("new")}`,
      `cp "$FIRSTBAD_KERNEL" ${this.path("new/kernel")}`,
      `chmod +x ${this.path("new/kernel")}`,
      `cp "$FIRSTBAD_INITRAMFS" ${this.path("new/initramfs")}`,
      `printf %s "$FIRSTBAD_CMDLINE" >${this.path("new/cmdline")}`,
      `mv ${this.path("new")} ${this.path("next")}`,
    ];
    return {
      host: "127.0.0.1",
      port: this.port,
      user: userInfo().username,
      key: this.path("key"),
      knownHosts: this.path("known-hosts"),
      install: `set -e\nrm -rf ${this.path("new")} ${this.path("next")}\n${copy.join("\n")}`,
      reboot: `touch ${this.path("reboot")}`,
      powerCycle: ["touch", this.path("power")],
      console: { command: ["tail", "-c", "+1", "-F", this.path("serial")] },
      health: "true",
      bootId: `cat ${this.path("boot-id")}`,
      back: 30,
      ...more,
    };
  }

  /** Waits until it has done what it was told. */
  async settled(): Promise<void> {
    while (existsSync(this.path("power"))) await delay(lookEvery);
  }

  /** Waits until the serial line has these words. */
  async guestSays(words: string): Promise<void> {
    while (!readFileSync(this.path("serial"), "latin1").includes(words)) await delay(lookEvery);
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#life;
    this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #live(): Promise<void> {
    while (!this.#over) {
      if (this.#told("power")) {
        this.cycles++;
        this.staysOff = false;
        rmSync(this.path("reboot"), { force: true });
        this.#end();
        this.#bootOwn();
      } else if (this.#own !== null && this.#told("reboot") && !this.ignoresReboot) {
        this.#end();
        if (existsSync(this.path("next"))) this.#bootGuest();
        else this.#bootOwn();
      }
      await delay(lookEvery);
    }
  }

  #told(what: string): boolean {
    if (!existsSync(this.path(what))) return false;
    rmSync(this.path(what));
    return true;
  }

  /** Ends what runs on it, with all connections. */
  #end(): void {
    for (const child of [this.#own, this.#guest]) {
      if (child?.pid !== undefined) killTree(child.pid, "SIGKILL");
    }
    this.#own = null;
    this.#guest = null;
  }

  #bootOwn(): void {
    this.boots++;
    writeFileSync(this.path("boot-id"), randomUUID());
    writeFileSync(this.path("serial"), "");
    const words = ["-D", "-e", "-f", this.path("sshd-config")];
    this.#own = spawn("/usr/sbin/sshd", words, { stdio: "ignore", detached: true });
  }

  /** The kernel under test; when it goes off, the board boots its own system again. */
  #bootGuest(): void {
    rmSync(this.path("now"), { recursive: true, force: true });
    renameSync(this.path("next"), this.path("now"));
    const serial = openSync(this.path("serial"), "a");
    const words = [
      ...readFileSync(this.path("now/cmdline"), "utf8").split(" "),
      // User Mode Linux restarts itself: here it goes off, and the board goes on.
      ...["FIRSTBAD_END=off", "mem=128M", "umid=board", `uml_dir=${this.folder}/`],
      ...[`initrd=${this.path("now/initramfs")}`, "con=null", "con0=null,fd:1", "console=tty0"],
    ];
    const guest = spawn(this.path("now/kernel"), words, {
      stdio: ["ignore", this.datagrams === null ? serial : "pipe", "ignore"],
      env: { PATH: process.env.PATH, TMPDIR: "/dev/shm" },
      detached: true,
    });
    closeSync(serial);
    this.#guest = guest;
    const { datagrams } = this;
    if (datagrams !== null) forward(guest, datagrams);
    const off = () => {
      if (this.#guest !== guest) return;
      this.#end();
      if (!this.staysOff && !this.#over) this.#bootOwn();
    };
    guest.on("error", off);
    guest.on("exit", off);
  }
}

/** As netconsole does it: a line, or a piece of one, a datagram. */
function forward(guest: ChildProcess, port: number): void {
  const socket = createSocket("udp4");
  guest.stdout?.on("data", (bytes: Buffer) => {
    for (const line of bytes.toString("latin1").split(/(?<=\n)/)) {
      socket.send(line, port, "127.0.0.1");
    }
  });
  guest.on("close", () => socket.close());
}

/** A port of TCP, and of UDP most likely, that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      server.close(() => resolve(port));
    });
  });
}
