import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";

/** Debian's Chromium, the program itself: its wrapper script reads settings of the desktop. */
const program = "/usr/lib/chromium/chromium";

/** How long something may take to be seen on a busy machine. */
export const soon = { timeout: 20_000 };
/** How long what a file of tests needs may take to be made on one, in milliseconds. */
export const making = 180_000;

/**
 * A browser for the tests of a file, and in it a page for each of them. A test fails whose page did what none should:
 * what {@link troubleOf} tells, and dialogs.
 */
export function pageForEach(): { readonly page: Page } {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];
  beforeAll(async () => {
    browser = await openChromium();
  }, making);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    page.setDefaultTimeout(soon.timeout);
    trouble = troubleOf(page);
  });
  afterEach(async () => {
    await context.close();
    expect(trouble).toEqual([]);
  });
  return {
    get page() {
      return page;
    },
  };
}

/** A browser without a window. Its own sandbox does not work for root; what it shows are pages of ours. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
}

/** What a page did that none should: scripts that failed, dialogs, what the policy kept from loading, asking elsewhere. */
export function troubleOf(page: Page): string[] {
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) trouble.push(message.text());
  });
  page.on("dialog", (dialog) => {
    trouble.push(`said ${dialog.message()}`);
    void dialog.dismiss();
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
