import { Role } from "@/shared/gen/hotline/access/v1/access_pb";
import type { TextKey } from "@/shared/i18n/texts";

/** The last four work on tickets (features/work). */
export type PageName = "operator" | "supervisor" | "dispatch" | "station" | "followUp" | "tickets";

export interface PageLink {
  readonly name: PageName;
  readonly path: string;
  readonly text: TextKey;
}

const PAGES: readonly (PageLink & { readonly roles: ReadonlySet<Role> })[] = [
  {
    name: "operator",
    path: "/operator",
    text: "app.operator",
    roles: new Set([Role.OPERATOR, Role.EXPERT, Role.CONTRACTOR, Role.STATION_CLERK]),
  },
  { name: "supervisor", path: "/supervisor", text: "app.supervisor", roles: new Set([Role.SUPERVISOR]) },
  { name: "tickets", path: "/tickets", text: "app.tickets", roles: new Set([Role.SUPERVISOR, Role.AUDITOR]) },
  { name: "dispatch", path: "/dispatch", text: "app.dispatch", roles: new Set([Role.CITY_DISPATCHER, Role.COUNTY_DISPATCHER]) },
  { name: "station", path: "/station", text: "app.station", roles: new Set([Role.STATION_CLERK, Role.VILLAGE_CONTACT, Role.HANDLING_UNIT]) },
  { name: "followUp", path: "/follow-up", text: "app.followUp", roles: new Set([Role.FOLLOW_UP]) },
];

/** The pages somebody with these roles may open. The server refuses the rest anyway. */
export function pagesFor(roles: readonly Role[]): readonly PageLink[] {
  return PAGES.filter((page) => roles.some((role) => page.roles.has(role)));
}

/** The page of `path`, or the first allowed one. */
export function pageAt(path: string, allowed: readonly PageLink[]): PageLink | undefined {
  return allowed.find((page) => page.path === path) ?? allowed[0];
}
