import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's Chromium, the program itself: its wrapper script reads settings of the desktop. */
const program = "/usr/lib/chromium/chromium";

/** A browser without a window. Its own sandbox does not work for root; what it shows are pages of ours. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
}

/** What a page did that none should: scripts that failed, things that the policy kept from loading. */
export function troubleOf(page: Page): string[] {
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) trouble.push(message.text());
  });
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (hostname !== "127.0.0.1") trouble.push(`asked for ${request.url()}`);
  });
  return trouble;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary?: string;
  }[];
}

/** What axe holds against a page as it is shown now, a line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run(document)")) as {
    violations: readonly Violation[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
  );
}
