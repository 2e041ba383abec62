import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A part of the pages that is loaded when it is first shown. */
export function Later({ load }: { load: () => Promise<VNode> }) {
  const [shown, setShown] = useState<VNode | "failed" | null>(null);
  // What is loaded is chosen once, by the address.
  useEffect(() => {
    let left = false;
    load().then(
      (node) => !left && setShown(node),
      () => !left && setShown("failed"),
    );
    return () => {
      left = true;
    };
  }, []);
  if (shown === "failed") {
    return (
      <div class="screen narrow">
        <p class="problem" role="alert">
          A part of this page could not be loaded. The server may have been updated: reload the
          page.
        </p>
      </div>
    );
  }
  return shown;
}
