import type { Palette } from "./paint.ts";

/** The colours that the page has now, resolved for a canvas, which knows no custom properties. */
export function paletteOf(element: Element): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const color = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    accent: color("accent"),
    soft: color("accent-soft"),
    line: color("line-strong"),
    quiet: color("quiet"),
    text: color("text"),
    bad: color("bad"),
    good: color("good"),
    untestable: color("untestable"),
    surface: color("surface"),
    font: `11px ${getComputedStyle(probe).fontFamily}`,
  };
  probe.remove();
  return palette;
}
