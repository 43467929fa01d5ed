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
  const Page = page.name === "operator" ? OperatorPage : SupervisorPage;
  return (
    <>
      <Header pages={pages} current={page} name={state.session.displayName} go={go} signOut={session.signOut} />
      <ErrorBoundary key={page.name}>
        <Suspense fallback={<Note tone="idle">{t("app.loading")}</Note>}>
          <Page session={state.session} signedOut={session.ended} />
        </Suspense>
      </ErrorBoundary>
    </>
  );
}
