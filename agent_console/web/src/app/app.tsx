import { Suspense, lazy } from "react";
import { SignInPage } from "@/features/sign-in/sign-in-page";
import { useText } from "@/shared/i18n/use-text";
import { ErrorBoundary } from "@/shared/ui/error-boundary";
import { Note } from "@/shared/ui/note";
import { Header, LanguageSwitch } from "./header";
import { pageAt, pagesFor } from "./pages";
import { useSession } from "./session";
import { usePath } from "./use-path";
import "./app.css";

const OperatorPage = lazy(() => import("@/features/operator/operator-page"));
const WorkPage = lazy(() => import("@/features/work/work-page"));
const SupervisorPage = lazy(() => import("@/features/supervisor/supervisor-page"));

export function App() {
  const t = useText();
  const [state, session] = useSession();
  const [path, go] = usePath();
  if (state.kind === "loading") return <Note tone="idle">{t("app.loading")}</Note>;
  if (state.kind === "out") {
    return <SignInPage ended={state.ended} problem={state.problem} signedIn={session.signedIn} language={<LanguageSwitch />} />;
  }
  const pages = pagesFor(state.session.roles);
  const page = pageAt(path, pages);
  if (page === undefined) return <Note tone="warn">{t("app.noPage")}</Note>;
  const shown = () => {
    const people = { session: state.session, signedOut: session.ended };
    if (page.name === "operator") return <OperatorPage {...people} />;
    if (page.name === "supervisor") return <SupervisorPage {...people} />;
    return <WorkPage work={page.name} signedOut={session.ended} />;
  };
  return (
    <>
      <Header pages={pages} current={page} name={state.session.displayName} go={go} signOut={session.signOut} />
      <ErrorBoundary key={page.name}>
        <Suspense fallback={<Note tone="idle">{t("app.loading")}</Note>}>
          {shown()}
        </Suspense>
      </ErrorBoundary>
    </>
  );
}
