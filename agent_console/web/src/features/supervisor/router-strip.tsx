import { RouterStatus_Role } from "@/shared/gen/hotline/router/v1/attach_service_pb";
import type { GetAreaResponse } from "@/shared/gen/hotline/router/v1/area_service_pb";
import { useText } from "@/shared/i18n/use-text";
import { Badge } from "@/shared/ui/badge";

interface Props {
  readonly router: GetAreaResponse | undefined;
  readonly stale: boolean;
}

/** Which router decides, and whether it is well. */
export function RouterStrip({ router, stale }: Props) {
  const t = useText();
  const active = router?.role === RouterStatus_Role.ACTIVE;
  const well = router !== undefined && !router.draining && !router.spooling;
  return (
    <section className="router-strip row" aria-label={t("area.router")}>
      <span className="row" role="status">
        <Badge tone={stale ? "bad" : "ok"} shape={stale ? "cross" : "disc"}>{t(stale ? "link.stale" : "link.live")}</Badge>
      </span>
      {router && (
        <>
          <span className="soft">{t("area.router")}</span>
          <strong>{router.router}</strong>
          <span>{t(active ? "area.active" : "area.standby")} · E{String(router.epoch)}</span>
          {router.draining && <Badge tone="warn" shape="bars">{t("area.draining")}</Badge>}
          {router.spooling && <Badge tone="bad" shape="down">{t("area.spooling")}</Badge>}
          {well && <span>{t("area.normal")}</span>}
          <span className="soft">{t("area.nodes", { count: router.nodes.join(t("app.comma")) || t("area.none") })}</span>
        </>
      )}
    </section>
  );
}
