import { Modal } from "antd";
import { useText } from "@/shared/i18n/use-text";
import type { SeatOrder } from "./use-seat-orders";

interface Props {
  readonly order: SeatOrder;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

/** Asks before somebody's seat is changed from afar. */
export function ConfirmSeat({ order, confirm, cancel }: Props) {
  const t = useText();
  const signOut = order.kind === "signOut";
  return (
    <Modal
      open
      title={t(signOut ? "area.signOut" : "area.setNotReady")}
      okText={t("area.confirm")}
      cancelText={t("area.cancel")}
      onOk={confirm}
      onCancel={cancel}
    >
      <p>{t(signOut ? "area.confirmSignOut" : "area.confirmNotReady", { seat: order.seatId })}</p>
    </Modal>
  );
}
