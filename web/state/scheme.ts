/** Light, dark, or as the system has it. */
export type Scheme = "system" | "light" | "dark";

const key = "firstbad.scheme";
/** The next one when the switch is pressed. */
export const nextScheme: Record<Scheme, Scheme> = {
  system: "dark",
  dark: "light",
  light: "system",
};

/** What was chosen in this browser; `system` where nothing was, or nothing can be kept. */
export function chosenScheme(): Scheme {
  try {
    const kept = localStorage.getItem(key);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

/** Shows the pages in `scheme` and keeps that for the next time. */
export function showScheme(scheme: Scheme): void {
  if (scheme === "system") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  try {
    localStorage.setItem(key, scheme);
  } catch {
    // A browser that keeps nothing shows it for as long as the page is open.
  }
  dispatchEvent(new Event("firstbad:scheme"));
}
