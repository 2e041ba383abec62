/** What the header of a syz program asks of the tools that run it; what it does not say has the tools' default. */
export interface SyzOptions {
  readonly threaded: boolean;
  readonly collide: boolean;
  readonly procs: number;
  readonly slowdown: number;
  /** Empty: none is asked for. */
  readonly sandbox: string;
  readonly sandboxArg: number;
  /** Fail the `nth` allocation of call number `call`; null: none. */
  readonly fault: { readonly call: number; readonly nth: number } | null;
}

/** The header of a syz program. */
export interface SyzHeader {
  readonly options: SyzOptions;
  /** Names of options that are not known, as they stand there. */
  readonly unknown: readonly string[];
}

/** Lines in which a header is looked for, and the longest of them that is read. */
const headerLines = 20;
const longestHeader = 4096;

/** Options that shape programs in C and that execprog finds out by itself. */
const withoutUse = new Set(
  [
    ...["repeat", "repeattimes", "leak", "tun", "netdev", "resetnet", "cgroups", "binfmtmisc"],
    ...["closefds", "kcsan", "devlinkpci", "nicvf", "usb", "vhci", "wifi", "ieee802154", "sysctl"],
    ...["swap", "tmpdir", "segv", "trace", "callcomments", "repro", "netinjection"],
    ...["enabletun", "enablenetdev", "enablecgroups", "enablebinfmtmisc", "enableclosefds"],
    ...["enablekcsan", "enabledevlinkpci", "enablenicvf", "enableusb", "enablevhci"],
    ...["enablewifi", "usetmpdir", "handlesegv", "waitrepeat", "debug", "netreset"],
    ...["ieee802154", "legacyoptions"],
  ].map((name) => name.toLowerCase()),
);

/** What each known option is called, without underscores and in small letters, and how it is taken. */
const known = {
  threaded: "flag",
  collide: "flag",
  procs: "number",
  slowdown: "number",
  sandbox: "word",
  sandboxarg: "number",
  fault: "flag",
  faultcall: "number",
  faultnth: "number",
} as const;

/** Sandboxes that execprog knows: what else a header says goes to no command line. */
const sandboxes = new Set(["none", "setuid", "namespace", "android", ""]);

/**
 * The header of the syz program `text`: `#{"threaded":true,…}`, or the older `# {Threaded:true …}`, which is
 * how Go prints a structure. A program without one has the defaults. Hostile input: linear, no values but
 * numbers in bounds and names that are known.
 */
export function syzHeader(text: string): SyzHeader {
  const lines = text.slice(0, headerLines * longestHeader).split("\n", headerLines);
  const header = lines
    .filter((line) => line.startsWith("#") && line.length <= longestHeader)
    .map((line) => line.slice(1).trim())
    .find((line) => line.startsWith("{") && line.endsWith("}"));
  const pairs = header === undefined ? [] : (pairsOfJson(header) ?? pairsOfGo(header));
  const values = new Map<string, string>();
  const unknown: string[] = [];
  for (const [name, value] of pairs) {
    const plain = name.toLowerCase().replaceAll("_", "");
    if (Object.hasOwn(known, plain)) values.set(plain, value);
    else if (!withoutUse.has(plain)) unknown.push(name);
  }
  const flag = (name: keyof typeof known) => values.get(name) === "true";
  const number = (name: keyof typeof known, least: number, most: number, otherwise: number) => {
    const value = Number(values.get(name) ?? otherwise);
    return Number.isInteger(value) && value >= least && value <= most ? value : otherwise;
  };
  const sandbox = values.get("sandbox") ?? "none";
  if (!sandboxes.has(sandbox)) unknown.push(`sandbox ${sandbox.slice(0, 40)}`);
  const call = number("faultcall", -1, 10_000, -1);
  return {
    options: {
      // syzkaller's own default, where a program says nothing of itself.
      threaded: values.has("threaded") ? flag("threaded") : true,
      collide: flag("collide"),
      procs: number("procs", 1, 64, 1),
      slowdown: number("slowdown", 1, 100, 1),
      sandbox: sandboxes.has(sandbox) ? sandbox : "none",
      sandboxArg: number("sandboxarg", -(2 ** 31), 2 ** 31, 0),
      fault: flag("fault") && call >= 0 ? { call, nth: number("faultnth", 0, 1_000_000, 0) } : null,
    },
    unknown,
  };
}

function pairsOfJson(header: string): [string, string][] | null {
  try {
    const value: unknown = JSON.parse(header);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return Object.entries(value).map(([name, one]) => [name, String(one)]);
  } catch {
    return null;
  }
}

/** `Name:value` separated by blanks; a structure inside is read as if its fields were outside. */
function pairsOfGo(header: string): [string, string][] {
  return header
    .replace(/[{}]/g, " ")
    .split(" ")
    .filter((word) => word.includes(":"))
    .map((word) => {
      const [name = "", ...rest] = word
        .split(":")
        .filter((part, n, all) => part || n === all.length - 1);
      return [rest.length > 1 ? (rest[0] as string) : name, rest.at(-1) ?? ""];
    });
}
