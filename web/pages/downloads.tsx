/** What can be taken along: the report in its forms, the log, the whole bisection. */
export function Downloads({ id }: { id: string }) {
  const base = `/api/bisections/${encodeURIComponent(id)}`;
  const files = [
    ["Report, one HTML file", `${base}/report?format=html`],
    ["Report, Markdown", `${base}/report?format=markdown`],
    ["Report, text", `${base}/report?format=text`],
    ["Result, JSON", `${base}/result`],
    ["Log, syzbot’s form", `${base}/log?format=syzbot`],
    ["Log, git’s form", `${base}/log?format=git`],
    ["Everything, an archive", `${base}/export`],
  ] as const;
  return (
    <details class="menu">
      <summary class="button">Download</summary>
      <ul>
        {files.map(([text, href]) => (
          <li key={href}>
            <a href={href} download="">
              {text}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
