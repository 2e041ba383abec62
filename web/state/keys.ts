import { useEffect } from "preact/hooks";

/** What keys do on a page: by `event.key`. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Single keys for the whole page, as long as nobody types into a field and no other modifier is held. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as Element | null;
      if (target?.closest("input, textarea, select, dialog, [contenteditable]")) return;
      keys[event.key]?.(event);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

/** Moves the focus to the next (1) or the one before (-1) of the elements that `selector` finds; stays at an end. */
export function focusNext(selector: string, by: 1 | -1): void {
  const all = Array.from(document.querySelectorAll<HTMLElement>(selector));
  const here = all.findIndex((one) => one.contains(document.activeElement));
  const next = here < 0 ? (by === 1 ? 0 : all.length - 1) : here + by;
  const chosen = all[Math.min(all.length - 1, Math.max(0, next))];
  chosen?.focus();
  chosen?.scrollIntoView({ block: "nearest" });
}
