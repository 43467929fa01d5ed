import { Code, ConnectError, type Interceptor, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { SessionService } from "@/shared/gen/hotline/console/v1/session_service_pb";
import { WatchService } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { AreaService } from "@/shared/gen/hotline/router/v1/area_service_pb";
import { SeatService } from "@/shared/gen/hotline/router/v1/seat_service_pb";
import { TicketService } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";

export const UNARY_TIMEOUT_MS = 10_000;

/** The session's token, sent with every call; a page of another origin cannot know it. */
let csrfToken = "";

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

const withCsrfToken: Interceptor = (next) => (request) => {
  if (csrfToken !== "") request.header.set("X-CSRF-Token", csrfToken);
  return next(request);
};

/**
 * A connection that cannot be made, or breaks, is a TypeError of fetch(), which Connect would call "unknown". It is
 * "unavailable": what a gateway says of the services behind it, and worth another try.
 */
export const callingCutsUnavailable: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    const cause: unknown = error instanceof ConnectError ? error.cause : error;
    throw cause instanceof TypeError ? new ConnectError(cause.message, Code.Unavailable, undefined, undefined, cause) : error;
  }
};

function makeClients() {
  const transport = createConnectTransport({
    baseUrl: window.location.origin,
    useBinaryFormat: true,
    defaultTimeoutMs: UNARY_TIMEOUT_MS,
    interceptors: [withCsrfToken, callingCutsUnavailable],
  });
  return {
    session: createClient(SessionService, transport),
    watch: createClient(WatchService, transport),
    seat: createClient(SeatService, transport),
    area: createClient(AreaService, transport),
    ticket: createClient(TicketService, transport),
  };
}

export type Clients = ReturnType<typeof makeClients>;

let made: Clients | undefined;

/** Every service of the console's origin. */
export function clients(): Clients {
  made ??= makeClients();
  return made;
}
