import { Component, type ReactNode } from "react";
import { SpeechContext } from "@/shared/i18n/use-text";
import { Note } from "./note";

interface Props {
  readonly children: ReactNode;
}

/** A page that breaks says so; drafts are on disk already. */
export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  static override contextType = SpeechContext;
  declare context: React.ContextType<typeof SpeechContext>;
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <Note tone="bad" alert>{this.context.t("error.other")}</Note>;
  }
}
