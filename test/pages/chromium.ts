import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, the program itself: its wrapper script reads settings of the desktop. */
const program = "/usr/lib/chromium/chromium";

/** A browser without a window. Its own sandbox does not work for root; what it shows are pages of ours. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
}
