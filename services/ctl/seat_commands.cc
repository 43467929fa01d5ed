// seat list, seat watch and what can be done to a seat.
#include <map>
#include <ostream>

#include "services/ctl/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/interrupt.h"
#include "services/ctl/json.h"
#include "services/ctl/seat_table.h"
#include "services/ctl/session.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

using router::v1::Seat;

/// Prints the seat as it stands after a change.
template <class Response>
absl::Status PrintSeat(const Session& session, const absl::StatusOr<Response>& response) {
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJson(response->seat()));
  } else {
    session.out() << DescribeSeat(response->seat()) << "\n";
  }
  return absl::OkStatus();
}

/// A request of the seat named by the first operand.
template <class Request>
Request ForSeat(const Session& session) {
  Request request;
  request.set_request_id(MakeRequestId());
  request.set_seat_id(session.arguments().operand(0));
  return request;
}

absl::Status ListSeats(Session& session) {
  const auto response = session.Ask(router::v1::ListSeatsRequest());
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(response->seats()));
  } else {
    session.out() << SeatTable(response->seats(), absl::Now()).Render();
  }
  return absl::OkStatus();
}

/// Prints each seat once, then each change.
absl::Status WatchSeats(Session& session) {
  const absl::StatusOr<Routers*> routers = session.routers();
  if (!routers.ok()) return routers.status();
  std::map<std::string, std::string> known;
  const auto update = [&](const router::v1::WatchAreaResponse& message) {
    const std::string time = FormatClock(FromProto(message.time()), absl::LocalTimeZone());
    for (const Seat& seat : message.seats()) {
      std::string now = seat.SerializeAsString();
      if (known[seat.seat_id()] == now) continue;  // a new router says it all once more
      known[seat.seat_id()] = std::move(now);
      if (session.json()) {
        session.PrintJson(ToJson(seat));
      } else {
        session.out() << time << "  " << DescribeSeat(seat) << "\n" << std::flush;
      }
    }
  };
  const Interrupt interrupt;
  (*routers)->Watch(interrupt.token(), update,
                    [&](const std::string& sentence) { session.Note(sentence); });
  return absl::OkStatus();
}

absl::Status SignIn(Session& session) {
  const Arguments& arguments = session.arguments();
  auto request = ForSeat<router::v1::SignInRequest>(session);
  request.set_agent(arguments.Text("--agent", arguments.operand(0)));
  request.set_ready(arguments.Has("--ready"));
  if (arguments.Has("--heartbeat")) {
    *request.mutable_heartbeat_timeout() =
        ToProto(arguments.Span("--heartbeat", absl::ZeroDuration()));
  }
  return PrintSeat(session, session.Ask(request));
}

absl::Status SignOut(Session& session) {
  return PrintSeat(session, session.Ask(ForSeat<router::v1::SignOutRequest>(session)));
}

absl::Status SetReady(Session& session) {
  return PrintSeat(session, session.Ask(ForSeat<router::v1::SetReadyRequest>(session)));
}

absl::Status SetNotReady(Session& session) {
  auto request = ForSeat<router::v1::SetNotReadyRequest>(session);
  if (!session.arguments().Has("--reason")) {
    return UsageError("why is the seat not ready? Give --reason, for example --reason break");
  }
  request.set_reason(session.arguments().Text("--reason"));
  return PrintSeat(session, session.Ask(request));
}

absl::Status ExtendWrapUp(Session& session) {
  auto request = ForSeat<router::v1::ExtendWrapUpRequest>(session);
  const auto span = ParseSpan("SPAN", session.arguments().operand(1));
  if (!span.ok()) return span.status();
  *request.mutable_extension() = ToProto(*span);
  return PrintSeat(session, session.Ask(request));
}

absl::Status Heartbeat(Session& session) {
  router::v1::HeartbeatRequest request;
  request.set_seat_id(session.arguments().operand(0));
  if (!session.arguments().Has("--every")) return PrintSeat(session, session.Ask(request));
  const absl::Duration every = session.arguments().Span("--every", absl::InfiniteDuration());
  const Interrupt interrupt;
  do {
    const auto response = session.Ask(request);
    if (response.ok()) continue;
    // A failover may take longer than the time-out: only a refusal ends the loop.
    const bool away =
        absl::IsUnavailable(response.status()) || absl::IsDeadlineExceeded(response.status());
    if (!away) return response.status();
    session.Note(std::string(response.status().message()));
  } while (Wait(interrupt.token(), every));
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> SeatCommands() {
  return {
      {.words = "seat list", .summary = "all seats and what they do", .run = &ListSeats},
      {.words = "seat watch",
       .summary = "each change of a seat, as it happens",
       .details = "Prints every seat once, then a line per change until Ctrl-C, over failovers.\n",
       .run = &WatchSeats},
      {.words = "seat sign-in",
       .operands = "ID",
       .summary = "sign an agent in to a seat",
       .options = {{"--agent", Takes::kText, "ACCOUNT", "who signs in (the seat's id)"},
                   {"--ready", Takes::kNothing, "", "take calls at once"},
                   {"--heartbeat", Takes::kSpan, "SPAN",
                    "unknown after so long without heartbeat"}},
       .details = "The seat is not ready (signed_in) unless --ready is given. Its phone must be\n"
                  "registered to be rung. With --heartbeat, keep `seat heartbeat` running.\n",
       .run = &SignIn},
      {.words = "seat sign-out",
       .operands = "ID",
       .summary = "sign out; on a call, when it ends",
       .run = &SignOut},
      {.words = "seat ready",
       .operands = "ID",
       .summary = "take calls; ends the wrap-up",
       .run = &SetReady},
      {.words = "seat not-ready",
       .operands = "ID",
       .summary = "take no more calls; on a call, when it ends",
       .options = {{"--reason", Takes::kText, "REASON",
                    "why: break, training … ([a-z0-9_], required)"}},
       .run = &SetNotReady},
      {.words = "seat extend-wrap-up",
       .operands = "ID SPAN",
       .summary = "lengthen the wrap-up by SPAN",
       .run = &ExtendWrapUp},
      {.words = "seat heartbeat",
       .operands = "ID",
       .summary = "prove that the seat is alive",
       .options = {{"--every", Takes::kSpan, "SPAN", "again and again until Ctrl-C"}},
       .run = &Heartbeat}};
}

}  // namespace hotline::ctl
