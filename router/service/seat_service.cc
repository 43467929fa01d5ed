#include "router/service/seat_service.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "router/service/convert/journal.h"
#include "router/service/convert/views.h"
#include "router/service/grpc_status.h"
#include "router/service/strand.h"
#include "services/runtime/access.h"
#include "services/runtime/queue_service.h"

#include "hotline/router/v1/seat_service.pb.h"

namespace hotline::router {
namespace {

class SeatService final : public QueueService {
 public:
  SeatService(Strand& strand, const Gate& gate, std::vector<SeatProfile> seats)
      : strand_(strand), gate_(gate) {
    for (auto& seat : seats) seats_.emplace(seat.seat, std::move(seat));
    Answer(this, &SeatService::SignIn);
    Answer(this, &SeatService::SignOut);
    Answer(this, &SeatService::SetReady);
    Answer(this, &SeatService::SetNotReady);
    Answer(this, &SeatService::ExtendWrapUp);
    Answer(this, &SeatService::Heartbeat);
  }

  void SignIn(UnaryCall& call, const v1::SignInRequest& request, v1::SignInResponse& response) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return Refuse(call, caller.status());
    if (const auto status = CheckSignIn(*caller, request); !status.ok()) {
      return Refuse(call, status);
    }
    SeatSignedIn event{.ready = request.ready(),
                       .heartbeat_timeout = FromProto(request.heartbeat_timeout())};
    const auto seat = seats_.find(request.seat_id());
    if (seat == seats_.end()) return Refuse(call, Unknown(request.seat_id()));
    if (request.agent().empty() || request.agent().size() > kMaxAgentBytes) {
      return Refuse(call, absl::InvalidArgumentError("an agent's account has 1 to 64 bytes"));
    }
    if (event.heartbeat_timeout < absl::ZeroDuration()) {
      return Refuse(call, absl::InvalidArgumentError("heartbeat_timeout is negative"));
    }
    event.profile = seat->second;
    event.profile.agent = request.agent();
    // Whether somebody else sits there is the core's to say: he may have fallen silent.
    Submit(call, request, response, event, request.request_id(), /*account=*/{});
  }

  void SignOut(UnaryCall& call, const v1::SignOutRequest& request, v1::SignOutResponse& response) {
    Run(call, request, response, SeatSignedOut{request.seat_id()}, request.request_id());
  }

  void SetReady(UnaryCall& call, const v1::SetReadyRequest& request,
                v1::SetReadyResponse& response) {
    Run(call, request, response, SeatReady{request.seat_id()}, request.request_id());
  }

  void SetNotReady(UnaryCall& call, const v1::SetNotReadyRequest& request,
                   v1::SetNotReadyResponse& response) {
    Run(call, request, response, SeatNotReady{request.seat_id(), request.reason()},
        request.request_id());
  }

  void ExtendWrapUp(UnaryCall& call, const v1::ExtendWrapUpRequest& request,
                    v1::ExtendWrapUpResponse& response) {
    Run(call, request, response, WrapUpExtended{request.seat_id(), FromProto(request.extension())},
        request.request_id());
  }

  void Heartbeat(UnaryCall& call, const v1::HeartbeatRequest& request,
                 v1::HeartbeatResponse& response) {
    Run(call, request, response, SeatHeartbeat{request.seat_id()}, {});
  }

 private:
  static absl::Status Unknown(const std::string& seat) {
    return absl::NotFoundError(absl::StrCat("there is no seat \"", seat, "\" in this area"));
  }

  static absl::Status NobodyAt(const std::string& seat) {
    return absl::FailedPreconditionError(absl::StrCat("nobody is signed in at seat ", seat));
  }

  static bool ActsForOthers(const access::v1::Identity& caller) {
    return Has(caller, access::v1::ROLE_SUPERVISOR) || Has(caller, access::v1::ROLE_SYSTEM);
  }

  static absl::Status CheckSignIn(const access::v1::Identity& caller,
                                  const v1::SignInRequest& request) {
    if (ActsForOthers(caller)) return absl::OkStatus();
    if (request.agent() != caller.account()) {
      return absl::PermissionDeniedError(
          absl::StrCat(caller.account(), " can sign in as nobody else"));
    }
    const auto& seats = caller.seats();
    if (seats.empty() || std::find(seats.begin(), seats.end(), request.seat_id()) != seats.end()) {
      return absl::OkStatus();
    }
    return absl::PermissionDeniedError(absl::StrCat(
        "seat ", request.seat_id(), " is none of those that ", caller.account(), " may sit at"));
  }

  /// `account` is whose seat it must be; empty: anybody's.
  absl::Status CheckHeldBy(const std::string& account, const std::string& seat) const {
    if (account.empty()) return absl::OkStatus();
    const auto view = strand_.core().FindSeat(seat);
    // Of a seat that is signed out the core knows who sat there last.
    const bool free = !view || view->state == SeatState::kSignedOut;
    if (free || view->profile.agent.empty() || view->profile.agent == account) {
      return absl::OkStatus();
    }
    return absl::PermissionDeniedError(absl::StrCat("somebody else sits at seat ", seat));
  }

  static void Refuse(UnaryCall& call, const absl::Status& status) {
    call.Finish(ToGrpc(status, call.context()));
  }

  /// Submits `event` if the caller may steer the seat.
  template <class Request, class Response>
  void Run(UnaryCall& call, const Request& request, Response& response, const Event& event,
           const std::string& request_id) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return Refuse(call, caller.status());
    Submit(call, request, response, event, request_id,
           ActsForOthers(*caller) ? std::string() : caller->account());
  }

  /// Has `event` applied, if `account` sits there, then answers with the seat as it stands.
  template <class Request, class Response>
  void Submit(UnaryCall& call, const Request& request, Response& response, const Event& event,
              const std::string& request_id, const std::string& account) {
    if (!seats_.contains(request.seat_id())) return Refuse(call, Unknown(request.seat_id()));
    if (request_id.size() > kMaxRequestIdBytes) {
      return Refuse(call, absl::InvalidArgumentError("a request_id has at most 64 bytes"));
    }
    Command command{.event = ToJournal(event), .by_person = true};
    command.event.set_request_id(request_id);
    // The request dies with Finish: keep the id.
    command.done = [this, &call, &response, seat = request.seat_id()](const absl::Status& status) {
      const auto view = strand_.core().FindSeat(seat);
      if (view && status.ok()) *response.mutable_seat() = ToProto(*view);
      // The core has not heard of a configured seat before its first sign-in.
      const bool absent = !view && absl::IsNotFound(status);
      call.Finish(ToGrpc(absent ? NobodyAt(seat) : status, call.context()));
    };
    strand_.Post([this, command = std::move(command), account, seat = request.seat_id()] {
      auto status = CheckHeldBy(account, seat);
      if (status.ok()) status = strand_.Submit(command);
      if (!status.ok()) command.done(status);
    });
  }

  Strand& strand_;
  const Gate& gate_;
  std::map<std::string, SeatProfile> seats_;  ///< by id; never changes
};

}  // namespace

std::unique_ptr<QueueService> MakeSeatService(Strand& strand, const Gate& gate,
                                              std::vector<SeatProfile> seats) {
  return std::make_unique<SeatService>(strand, gate, std::move(seats));
}

}  // namespace hotline::router
