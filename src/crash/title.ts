/** What stands in a title where the guilty function could not be found. */
export const unknownFrame = "corrupted";

/** Longer titles are cut: syzbot looks at no more. */
const maxTitle = 120;
/** What is looked at: addresses and numbers are longer than what stands for them. */
const longestText = 512;

/** What varies between two crashes of one bug, and what stands for it. In this order. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/\b(syz-executor|syzkaller)\.?\d+/g, "$1"],
  [/\bsyz\.\d+\.\d+\b/g, "syz"],
  [/(^|[^a-zA-Z0-9])(?:0x)?[0-9a-f]{6,}/g, "$1ADDR"],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, "IP"],
  [/(\.[a-zA-Z]{1,3}):\d+(?::\d+)?/g, "$1:LINE"],
  [/([a-zA-Z_][a-zA-Z0-9_.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/g, "$1"],
  [/CPU#\d+/g, "CPU"],
  [/(unregister_netdevice: waiting for )[^ ]+/g, "$1DEV"],
  [/(^|[^a-zA-Z0-9_])\d+(?![a-zA-Z0-9_])/g, "$1NUM"],
  [/(?<=[a-zA-Z_])\d{8,}/g, "NUM"],
];

/**
 * `text` in the normal form of syzbot's titles: addresses, numbers and process ids replaced by what
 * they are, one blank between words, printable ASCII only, at most 120 characters.
 */
export function normalTitle(text: string): string {
  let title = text
    .slice(0, longestText)
    .replace(/\t/g, " ")
    .replace(/[^\x20-\x7e]/g, "");
  for (const [what, name] of varying) title = title.replace(what, name);
  return title.replace(/ +/g, " ").slice(0, maxTitle).trim();
}

/** The function that `title` blames: what follows its last ` in `, or null. */
export function frameOfTitle(title: string): string | null {
  const at = title.lastIndexOf(" in ");
  if (at === -1) return null;
  return /^(?:<[^>]*>)?[a-zA-Z0-9_:]+/.exec(title.slice(at + 4))?.[0] ?? null;
}
