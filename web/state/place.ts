import { useEffect, useState } from "preact/hooks";

/** Where the browser is: path and query; the part behind `#` is not among them. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const moved = "firstbad:moved";

/** Goes to an address of ours without loading the page anew; `replace`: going back does not come here again. */
export function go(to: string, replace = false): void {
  const change = replace ? history.replaceState : history.pushState;
  change.call(history, null, "", to);
  dispatchEvent(new Event(moved));
}

/** The place, and anew whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const take = () => setPlace(placeNow());
    addEventListener(moved, take);
    addEventListener("popstate", take);
    return () => {
      removeEventListener(moved, take);
      removeEventListener("popstate", take);
    };
  }, []);
  return place;
}

/** Links to our pages go there without loading, unless a new tab is asked for. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest("a");
  if (
    !link ||
    link.origin !== location.origin ||
    link.target !== "" ||
    link.hasAttribute("download")
  )
    return;
  if (link.pathname.startsWith("/api/")) return;
  const isHere = link.pathname === location.pathname && link.search === location.search;
  if (isHere && link.hash !== "") return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
  if (!isHere) scrollTo(0, 0);
}

function placeNow(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}
