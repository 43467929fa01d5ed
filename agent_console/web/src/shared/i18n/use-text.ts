import { createContext, useContext } from "react";
import { type Language, type Translate, translator } from "./texts";

export interface Speech {
  readonly language: Language;
  readonly t: Translate;
  setLanguage(language: Language): void;
}

const STORAGE_KEY = "hotline.language";

export function rememberedLanguage(): Language {
  return localStorage.getItem(STORAGE_KEY) === "en" ? "en" : "zh-CN";
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
}

export const SpeechContext = createContext<Speech>({
  language: "zh-CN",
  t: translator("zh-CN"),
  setLanguage: () => {},
});

export const useSpeech = () => useContext(SpeechContext);
export const useText = () => useContext(SpeechContext).t;
