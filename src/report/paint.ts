import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** What is coloured, wherever it stands; the colour never tells what the text does not. */
const styles: readonly (readonly [RegExp, Style])[] = [
  [/^[0-9a-f]{40,64} is the first \w+ commit$/gm, "bold"],
  [/^ {2}passed\b/gm, "green"],
  [/^ {2}failed\b/gm, "red"],
  [/^ {2}unknown\b/gm, "yellow"],
  [/^── .*─$/gm, "dim"],
  [/^(?:build|run) +idle$/gm, "dim"],
  [/✓+/g, "green"],
  [/×+/g, "red"],
  [/!(?=[✓×!·…]|$)/gm, "yellow"],
];

/**
 * A report with colours, for a terminal. Whether there is one, and `NO_COLOR` and `FORCE_COLOR`, are
 * for `stream` to say: where it wants none, `text` comes back as it is.
 */
export function paint(text: string, stream: NodeJS.WriteStream): string {
  return styles.reduce(
    (painted, [what, style]) =>
      painted.replace(what, (found) => styleText(style, found, { stream })),
    text,
  );
}
