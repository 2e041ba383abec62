import type { CrashType } from "./crash.ts";
import { families } from "./family/families.ts";

/** What a title begins with, and the type of such a crash: the longest that fits counts. */
const types: readonly (readonly [string, CrashType])[] = [
  ...families.flatMap((family) => [
    ...Object.entries(family.types ?? {}),
    ...family.messages.flatMap(({ title, type }) =>
      type === undefined ? [] : [[stem(title), type] as const],
    ),
  ]),
].sort(([a], [b]) => b.length - a.length);

/** What every title of a template begins with. */
function stem(template: string): string {
  const at = template.indexOf("{");
  return at === -1 ? template : template.slice(0, at);
}

/** How KASAN names what it is not sure about: any other access. */
const access = /^KASAN: [a-z-]{1,40}( Read| Write)?/;

/** The type of a crash: it follows from its title alone. */
export function typeOf(title: string): CrashType {
  const type = types.find(([prefix]) => title.startsWith(prefix))?.[1] ?? "UNKNOWN";
  return type === "KASAN-UNKNOWN" ? kasanType(title) : type;
}

/** KASAN: by what was wrong with the address, and by the direction; unknown directions count as reads. */
function kasanType(title: string): CrashType {
  const found = access.exec(title);
  if (found === null) return "KASAN-UNKNOWN";
  const write = found[1] === " Write";
  if (found[0].includes("use-after-free")) {
    return write ? "KASAN-USE-AFTER-FREE-WRITE" : "KASAN-USE-AFTER-FREE-READ";
  }
  if (!/out-of-bounds|-access/.test(found[0])) return "KASAN-UNKNOWN";
  return write ? "KASAN-WRITE" : "KASAN-READ";
}
