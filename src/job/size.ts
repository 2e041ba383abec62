/** The bytes of a size such as `128M`, `5G` or `0` (a bare number counts bytes); null where it is none. */
export function sizeIn(text: string): number | null {
  const match = /^(\d{1,12})([KMGT]?)$/.exec(text.toUpperCase());
  if (match === null) return null;
  return Number(match[1]) * 1024 ** ["", "K", "M", "G", "T"].indexOf(match[2] ?? "");
}
