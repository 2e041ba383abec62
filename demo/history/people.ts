import type { Random } from "./random.ts";

/** Somebody who writes commits; `zone` as git prints it. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly zone: string;
}

/** A part of the kernel: who looks after it, and how its commits' subjects begin. */
interface Area {
  readonly paths: string;
  /** `%` stands for the file's name without its ending. */
  readonly prefix: string;
  readonly maintainer: Person;
}

function person(name: string, zone: string): Person {
  const address = name
    .toLowerCase()
    .normalize("NFD")
    .replace(/[^a-z ]/g, "")
    .replaceAll(" ", ".");
  return { name, email: `${address}@kernel.example`, zone };
}

/** Merges the areas' work and makes the releases. */
export const integrator = person("Marit Solheim", "-0800");

const files = person("Tobias Lindqvist", "+0100");
const memory = person("Grace Adeyemi", "-0500");
const core = person("Henrik Vesterby", "+0200");
const drivers = person("Paulina Wrona", "+0100");
const library = person("Kenji Morita", "+0900");

/** The first whose path a file's path begins with. */
const areas: readonly Area[] = [
  { paths: "Documentation/filesystems/", prefix: "docs: filesystems: %", maintainer: files },
  { paths: "fs/proc/", prefix: "proc: %", maintainer: files },
  { paths: "fs/sysfs/", prefix: "sysfs: %", maintainer: drivers },
  { paths: "fs/kernfs/", prefix: "kernfs: %", maintainer: drivers },
  { paths: "fs/notify/", prefix: "fsnotify: %", maintainer: files },
  { paths: "fs/", prefix: "fs/%", maintainer: files },
  { paths: "io_uring/", prefix: "io_uring/%", maintainer: files },
  { paths: "block/", prefix: "block: %", maintainer: files },
  { paths: "mm/", prefix: "mm/%", maintainer: memory },
  { paths: "ipc/", prefix: "ipc/%", maintainer: memory },
  { paths: "kernel/time/", prefix: "time/%", maintainer: core },
  { paths: "kernel/irq/", prefix: "genirq/%", maintainer: core },
  { paths: "kernel/futex/", prefix: "futex/%", maintainer: core },
  { paths: "kernel/locking/", prefix: "locking/%", maintainer: core },
  { paths: "kernel/", prefix: "%", maintainer: core },
  { paths: "security/", prefix: "security: %", maintainer: core },
  { paths: "arch/um/", prefix: "um: %", maintainer: core },
  { paths: "drivers/base/", prefix: "driver core: %", maintainer: drivers },
  { paths: "drivers/tty/", prefix: "tty: %", maintainer: drivers },
  { paths: "drivers/", prefix: "%", maintainer: drivers },
  { paths: "lib/", prefix: "lib/%", maintainer: library },
  { paths: "", prefix: "%", maintainer: library },
];

const developers: readonly Person[] = [
  person("Ana Beltrán", "+0100"),
  person("Arjun Nair", "+0530"),
  person("Chiara Fontana", "+0100"),
  person("Daniel Okafor", "+0100"),
  person("Elif Kaya", "+0300"),
  person("Farid Haddad", "+0200"),
  person("Ines Carvalho", "+0000"),
  person("Jonas Brandt", "+0100"),
  person("Katya Orlova", "+0300"),
  person("Liam Gallagher-Reid", "+0000"),
  person("Mei Tanaka", "+0900"),
  person("Noor van Dijk", "+0100"),
  person("Oskar Nyberg", "+0100"),
  person("Priya Raman", "+0530"),
  person("Rafael Quintana", "-0300"),
  person("Sun Wei", "+0800"),
  person("Teresa Kowalczyk", "+0100"),
  person("Viktor Halász", "+0100"),
  person("Wanjiru Kamau", "+0300"),
  person("Yusuf Demir", "+0300"),
];

function areaOf(path: string): Area {
  return areas.find((area) => path.startsWith(area.paths)) as Area;
}

/** Who takes changes to `path`. */
export function maintainerOf(path: string): Person {
  return areaOf(path).maintainer;
}

/** What comes before the colon in the subject of a change to `path`. */
export function prefixOf(path: string): string {
  const name = (path.split("/").at(-1) as string).replace(/\.\w+$/, "");
  return areaOf(path).prefix.replace("%", name);
}

/** Somebody who might have changed a file. */
export function someDeveloper(random: Random): Person {
  return random.pick(developers);
}
