import { Button, Select } from "antd";
import { LANGUAGE_NAMES, type Language } from "@/shared/i18n/texts";
import { useSpeech } from "@/shared/i18n/use-text";
import type { PageLink } from "./pages";

const LANGUAGES = (Object.keys(LANGUAGE_NAMES) as Language[]).map((value) => ({ value, label: LANGUAGE_NAMES[value] }));

export function LanguageSwitch() {
  const { language, setLanguage, t } = useSpeech();
  return (
    <Select
      aria-label={t("app.language")}
      size="small"
      value={language}
      options={LANGUAGES}
      onChange={setLanguage}
      className="language"
      popupMatchSelectWidth={false}
    />
  );
}

interface Props {
  readonly pages: readonly PageLink[];
  readonly current: PageLink;
  readonly name: string;
  readonly go: (path: string) => void;
  readonly signOut: () => void;
}

export function Header({ pages, current, name, go, signOut }: Props) {
  const { t } = useSpeech();
  return (
    <header className="app-header">
      <a className="skip-link" href="#main">{t("app.skip")}</a>
      <h1>{t("app.title")}</h1>
      <nav className="row grow" aria-label={t("app.title")}>
        {pages.map((page) => (
          <a
            key={page.name}
            href={page.path}
            aria-current={page === current ? "page" : undefined}
            onClick={(event) => {
              event.preventDefault();
              go(page.path);
            }}
          >
            {t(page.text)}
          </a>
        ))}
      </nav>
      <span>{name}</span>
      <LanguageSwitch />
      <Button size="small" onClick={signOut}>{t("app.signOut")}</Button>
    </header>
  );
}
