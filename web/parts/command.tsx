import { Copy } from "./copy.tsx";

/** A command as one line, with a button that copies it. */
export function Command({ text, what }: { text: string; what: string }) {
  return (
    <p class="command">
      <code>{text}</code>
      <Copy text={text} what={what} />
    </p>
  );
}
