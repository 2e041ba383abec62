import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

/**
 * A part of the pages that is loaded when it is first shown. Where it is not there, the server may have been updated since the
 * page was loaded: then the page is loaded anew, once.
 */
export function Later({ load }: { load: () => Promise<VNode> }) {
  const [shown, setShown] = useState<VNode | "failed" | null>(null);
  // What is loaded is chosen once, by the address.
  useEffect(() => {
    let left = false;
    load().then(
      (node) => !left && setShown(node),
      () => {
        if (left) return;
        if (isReloaded()) setShown("failed");
        else {
          // Kept with this entry of the browser's history, which a reload leaves as it is.
          history.replaceState({ reloaded: true }, "");
          location.reload();
        }
      },
    );
    return () => {
      left = true;
    };
  }, []);
  if (shown === "failed") {
    return (
      <div class="screen narrow">
        <p class="problem" role="alert">
          A part of this page could not be loaded. The server may not be there, or another version
          by now: load the page again.
        </p>
      </div>
    );
  }
  return shown;
}

function isReloaded(): boolean {
  return (history.state as { readonly reloaded?: boolean } | null)?.reloaded === true;
}
