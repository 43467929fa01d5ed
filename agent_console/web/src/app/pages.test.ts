import { describe, expect, it } from "vitest";
import { Role } from "@/shared/gen/hotline/access/v1/access_pb";
import { pageAt, pagesFor } from "./pages";

describe("pages", () => {
  it("belong to roles", () => {
    expect(pagesFor([Role.OPERATOR]).map((page) => page.name)).toEqual(["operator"]);
    expect(pagesFor([Role.SUPERVISOR, Role.EXPERT]).map((page) => page.name)).toEqual(["operator", "supervisor", "tickets"]);
    expect(pagesFor([Role.STATION_CLERK]).map((page) => page.name)).toEqual(["operator", "station"]);
    expect(pagesFor([Role.CITY_DISPATCHER]).map((page) => page.name)).toEqual(["dispatch"]);
    expect(pagesFor([Role.FOLLOW_UP]).map((page) => page.name)).toEqual(["followUp"]);
    expect(pagesFor([Role.AUDITOR]).map((page) => page.name)).toEqual(["tickets"]);
    expect(pagesFor([Role.CITIZEN])).toEqual([]);
  });

  it("fall back to the first that is allowed", () => {
    const allowed = pagesFor([Role.SUPERVISOR]);
    expect(pageAt("/operator", allowed)?.name).toBe("supervisor");
    expect(pageAt("/supervisor", allowed)?.name).toBe("supervisor");
    expect(pageAt("/", [])).toBeUndefined();
  });
});
