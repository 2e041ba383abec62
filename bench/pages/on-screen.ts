import type { Browser } from "playwright-core";

/** The page of a bisection in a browser, which notes when it shows what. */
export interface Screen {
  /** When each run was on the screen first, in milliseconds since 1970, by the last part of its console's address. */
  shown(): Promise<ReadonlyMap<string, number>>;
}

/** Opens the page of the bisection `id`; resolves once it is there. */
export async function watchScreen(browser: Browser, url: string, id: string): Promise<Screen> {
  const page = await browser.newPage();
  await page.addInitScript(noteDots);
  await page.goto(`${url}/bisections/${id}`);
  await page.locator("h1").first().waitFor();
  return {
    shown: async () => new Map(await page.evaluate<[string, number][]>("[...shownAt]")),
  };
}

/** Runs in the page. What a frame is about to paint when it is called is on the screen once the next one is asked for. */
const noteDots = `
  globalThis.shownAt = new Map();
  new MutationObserver(() => {
    const fresh = [...document.querySelectorAll("a.dot")]
      .map(({ href }) => href.split("/").at(-1))
      .filter((run) => !shownAt.has(run));
    for (const run of fresh) shownAt.set(run, Infinity);
    if (fresh.length > 0) requestAnimationFrame(() => setTimeout(() => {
      for (const run of fresh) shownAt.set(run, Date.now());
    }));
  }).observe(document, { childList: true, subtree: true });
`;
