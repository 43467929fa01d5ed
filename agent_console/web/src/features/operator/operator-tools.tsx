import { Button, Checkbox, Modal } from "antd";
import { useState } from "react";
import type { TextKey } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { useShortcuts } from "@/shared/ui/use-shortcuts";
import { soundWanted, wantSound } from "./ring-sound";

const KEYS: readonly (readonly [string, TextKey])[] = [
  ["Alt R", "keys.ready"],
  ["Alt N", "keys.notReady"],
  ["Alt E", "keys.extend"],
  ["Alt 1", "keys.form"],
  ["Ctrl S", "keys.save"],
  ["Alt C", "keys.close"],
  ["Alt G", "keys.register"],
  ["Alt F", "keys.search"],
  ["?", "keys.help"],
];
const SINGLE_KEY = "hotline.single-keys";

/** The list of shortcuts and the desk's few settings. */
export function OperatorTools() {
  const t = useText();
  const [shown, setShown] = useState(false);
  const [sound, setSound] = useState(soundWanted);
  const [single, setSingle] = useState(() => localStorage.getItem(SINGLE_KEY) !== "off");
  useShortcuts(single ? { "?": () => setShown(true) } : {});
  const hide = () => setShown(false);
  return (
    <div className="row small desk-tools">
      <Button size="small" onClick={() => setShown(true)}>{t("app.shortcuts")} <kbd>?</kbd></Button>
      <Checkbox
        checked={sound}
        onChange={(event) => {
          wantSound(event.target.checked);
          setSound(event.target.checked);
        }}
      >
        {t("app.sound")}
      </Checkbox>
      <Modal open={shown} title={t("keys.title")} onCancel={hide} footer={<Button type="primary" onClick={hide}>{t("keys.done")}</Button>}>
        <dl className="facts keys">
          {KEYS.map(([keys, text]) => (
            <div key={keys} className="key-row"><dt><kbd>{keys}</kbd></dt><dd>{t(text)}</dd></div>
          ))}
        </dl>
        <Checkbox
          checked={single}
          onChange={(event) => {
            setSingle(event.target.checked);
            localStorage.setItem(SINGLE_KEY, event.target.checked ? "on" : "off");
          }}
        >
          {t("keys.single")}
        </Checkbox>
      </Modal>
    </div>
  );
}
