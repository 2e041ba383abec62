import { useEffect, useState } from "preact/hooks";

/** Copies `text`; `what` is what it is called aloud. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<"" | "copied" | "failed">("");
  useEffect(() => {
    if (state === "") return;
    const timer = setTimeout(() => setState(""), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    copyText(text).then(
      () => setState("copied"),
      () => setState("failed"),
    );
  };
  return (
    <button
      type="button"
      class="copy"
      onClick={copy}
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        {state === "copied" ? (
          <path d="M2.2 8.6 3.7 7l2.7 2.7L12.3 3.6l1.5 1.5-7.4 7.6z" />
        ) : (
          <path d="M5 1h8a1.5 1.5 0 0 1 1.5 1.5V10H13V2.5H5zM3 4h7a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 10 15H3a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 3 4zm0 1.5v8h7v-8z" />
        )}
      </svg>
      <span role="status" class="sr">
        {state === "copied" ? "copied" : state === "failed" ? "could not be copied" : ""}
      </span>
    </button>
  );
}

/** A page that came over plain http from elsewhere has no clipboard of its own: then by a selection. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not copied");
}
