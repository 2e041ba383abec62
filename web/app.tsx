import { useEffect, useRef } from "preact/hooks";
import type { SessionView } from "./api/types.ts";
import { useAnswer } from "./api/use-answer.ts";
import { AccuracyPage } from "./pages/accuracy.tsx";
import { BisectionPage } from "./pages/bisection.tsx";
import { DoctorPage } from "./pages/doctor.tsx";
import { ListPage } from "./pages/list.tsx";
import { MachinesPage } from "./pages/machines.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import { Later } from "./parts/later.tsx";
import { TopBar } from "./parts/top-bar.tsx";
import { followLinks, usePlace } from "./state/place.ts";
import { type Route, routeOf } from "./state/route.ts";
import { SessionContext } from "./state/session.ts";

/** The pages: a bar above, and the screen of the address. */
export function App() {
  const place = usePlace();
  const route = routeOf(place.path);
  const session = useAnswer<SessionView>(route.screen === "signin" ? null : "session");
  const main = useRef<HTMLElement>(null);
  const shown = useRef(place.path);
  useEffect(() => {
    document.addEventListener("click", followLinks);
    return () => document.removeEventListener("click", followLinks);
  }, []);
  useEffect(() => {
    // Who hears the page is taken to the new screen; who came to it first is left where the browser begins.
    if (shown.current !== place.path) main.current?.focus({ preventScroll: true });
    shown.current = place.path;
  }, [place.path]);
  return (
    <SessionContext.Provider value={session.value}>
      <a class="skip" href="#main">
        To the content
      </a>
      <TopBar route={route} />
      <main id="main" ref={main} tabIndex={-1}>
        <Screen key={place.path} route={route} />
      </main>
    </SessionContext.Provider>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case "list":
      return <ListPage />;
    case "new":
      return <Later load={() => import("./pages/new.tsx").then(({ NewPage }) => <NewPage />)} />;
    case "bisection":
      return <BisectionPage id={route.id} />;
    case "console":
      return (
        <Later
          load={() =>
            import("./pages/console.tsx").then(({ ConsolePage }) => (
              <ConsolePage id={route.id} run={route.run} />
            ))
          }
        />
      );
    case "result":
      return (
        <Later
          load={() =>
            import("./pages/result.tsx").then(({ ResultPage }) => <ResultPage id={route.id} />)
          }
        />
      );
    case "machines":
      return <MachinesPage />;
    case "doctor":
      return <DoctorPage />;
    case "accuracy":
      return <AccuracyPage />;
    case "signin":
      return <SignInPage />;
    default:
      return (
        <div class="screen narrow">
          <h1>No such page</h1>
          <p>
            Nothing is at this address. <a href="/">All bisections</a>
          </p>
        </div>
      );
  }
}
