import { Role } from "@/shared/gen/hotline/access/v1/access_pb";
import type { TextKey } from "@/shared/i18n/texts";

export type PageName = "operator" | "supervisor";

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
];

/** The pages somebody with these roles may open. The server refuses the rest anyway. */
export function pagesFor(roles: readonly Role[]): readonly PageLink[] {
  return PAGES.filter((page) => roles.some((role) => page.roles.has(role)));
}

/** The page of `path`, or the first allowed one. */
export function pageAt(path: string, allowed: readonly PageLink[]): PageLink | undefined {
  return allowed.find((page) => page.path === path) ?? allowed[0];
}
