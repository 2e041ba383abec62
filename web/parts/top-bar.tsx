import { useContext, useState } from "preact/hooks";
import { post } from "../api/client.ts";
import type { Route } from "../state/route.ts";
import { chosenScheme, nextScheme, type Scheme, showScheme } from "../state/scheme.ts";
import { SessionContext } from "../state/session.ts";

const pages = [
  { path: "/", screens: ["list", "bisection", "console", "result"], text: "Bisections" },
  { path: "/machines", screens: ["machines"], text: "Machines" },
  { path: "/doctor", screens: ["doctor"], text: "Doctor" },
  { path: "/accuracy", screens: ["accuracy"], text: "Accuracy" },
] as const;

const schemeText: Record<Scheme, string> = { system: "Auto", light: "Light", dark: "Dark" };

/** The bar above every screen: where one can go, who looks, light or dark. */
export function TopBar({ route }: { route: Route }) {
  const session = useContext(SessionContext);
  const maySubmit = session?.may.includes("submit") ?? false;
  return (
    <header class="top-bar">
      <a class="brand" href="/" aria-label="firstbad: all bisections">
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
          <path d="M1 13V9.5h2.5V13zM5 13V7h2.5v6zM9 13V2.5h2.5V13zM13 13v-3h2v3z" />
        </svg>
        <span>firstbad</span>
      </a>
      <nav aria-label="Pages">
        {pages.map(({ path, screens, text }) => (
          <a
            key={path}
            href={path}
            aria-current={
              (screens as readonly string[]).includes(route.screen) ? "page" : undefined
            }
          >
            {text}
          </a>
        ))}
      </nav>
      <div class="top-end">
        {session?.role != null && <span class="role quiet">{session.role}</span>}
        {session?.may.includes("sign-out") && <SignOut />}
        <SchemeSwitch />
        {maySubmit && route.screen !== "new" && (
          <a class="button primary" href="/new">
            <span>
              New<span class="wide-only"> bisection</span>
            </span>
          </a>
        )}
      </div>
    </header>
  );
}

function SchemeSwitch() {
  const [scheme, setScheme] = useState(chosenScheme);
  const change = () => {
    const next = nextScheme[scheme];
    showScheme(next);
    setScheme(next);
  };
  return (
    <button type="button" class="button plain" onClick={change} title="Auto, dark or light">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.6v10.8A5.4 5.4 0 0 1 8 2.6z" />
      </svg>
      <span class="sr">Colours: {schemeText[scheme]}</span>
      <span class="wide-only" aria-hidden="true">
        {schemeText[scheme]}
      </span>
    </button>
  );
}

function SignOut() {
  const leave = () => post("session/end", {}).finally(() => location.assign("/signin"));
  return (
    <button type="button" class="button plain" onClick={leave}>
      Sign out
    </button>
  );
}
