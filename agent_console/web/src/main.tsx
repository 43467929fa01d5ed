import { StyleProvider } from "@ant-design/cssinjs";
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { StrictMode, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { translator } from "@/shared/i18n/texts";
import { SpeechContext, rememberLanguage, rememberedLanguage } from "@/shared/i18n/use-text";
import { themeFor } from "@/shared/ui/theme";
import { useRootFontSize } from "@/shared/ui/use-root-font-size";
import "@/shared/ui/base.css";

function Root() {
  const [language, setLanguage] = useState(rememberedLanguage);
  const speech = useMemo(() => ({ language, t: translator(language), setLanguage }), [language]);
  const fontSize = useRootFontSize();
  const theme = useMemo(() => themeFor(fontSize), [fontSize]);
  useEffect(() => {
    rememberLanguage(language);
    document.documentElement.lang = language;
    document.title = speech.t("app.title");
  }, [language, speech]);
  return (
    <SpeechContext value={speech}>
      <StyleProvider layer>
        <ConfigProvider
          theme={theme}
          locale={language === "en" ? enUS : zhCN}
          button={{ autoInsertSpace: false }}
          wave={{ disabled: true }}
        >
          <App />
        </ConfigProvider>
      </StyleProvider>
    </SpeechContext>
  );
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with id root");
createRoot(root).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
