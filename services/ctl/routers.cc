#include "services/ctl/routers.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/base/check.h"
#include "services/ctl/channel.h"
#include "services/ctl/interrupt.h"

#include "hotline/router/v1/area_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline::ctl {
namespace {

using router::v1::AreaService;
using router::v1::GetAreaRequest;
using router::v1::GetAreaResponse;
using router::v1::RouterStatus;
using router::v1::SeatService;

/// A router that does not say its role within this is as good as dead for this round.
constexpr absl::Duration kSurveyTimeout = absl::Seconds(1);
/// Between two rounds while nobody is active.
constexpr absl::Duration kSurveyPause = absl::Milliseconds(200);

bool IsActive(const RouterAnswer& answer) {
  return answer.area.ok() && answer.area->role() == RouterStatus::ROLE_ACTIVE;
}

/// One question of a survey under way.
struct Question {
  grpc::ClientContext context;
  GetAreaResponse response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<GetAreaResponse>> reader;
};

}  // namespace

struct Routers::Impl {
  struct Peer {
    std::string address;
    std::unique_ptr<AreaService::Stub> area;
    std::unique_ptr<SeatService::Stub> seat;
  };
  enum class Kind { kView, kCommand };

  std::vector<Peer> peers;
  absl::Duration timeout;
  std::optional<size_t> chosen;  ///< answered last; asked first
  bool stale = false;            ///< `chosen` stands by

  std::vector<RouterAnswer> Survey(absl::Time deadline) const;
  absl::Status Choose(absl::Time deadline, Kind kind);

  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> Ask(Kind kind, std::unique_ptr<Stub> Peer::*stub,
                               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const Request& request);

  /// Reads one stream until it ends, is cancelled, or its router is no longer active.
  absl::Status WatchOne(const Peer& peer, const std::stop_token& stop,
                        const std::function<void(const router::v1::WatchAreaResponse&)>& update);
};

std::vector<RouterAnswer> Routers::Impl::Survey(absl::Time deadline) const {
  grpc::CompletionQueue queue;
  std::vector<Question> questions(peers.size());
  for (size_t i = 0; i < peers.size(); ++i) {
    PrepareContext(std::min(deadline - absl::Now(), kSurveyTimeout), questions[i].context);
    questions[i].reader =
        peers[i].area->AsyncGetArea(&questions[i].context, GetAreaRequest(), &queue);
    questions[i].reader->Finish(&questions[i].response, &questions[i].status, &questions[i]);
  }
  void* tag = nullptr;
  bool ok = false;
  for (size_t i = 0; i < peers.size(); ++i) queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  std::vector<RouterAnswer> answers;
  for (size_t i = 0; i < peers.size(); ++i) {
    absl::StatusOr<GetAreaResponse> area = std::move(questions[i].response);
    if (!questions[i].status.ok()) area = ToStatus(questions[i].status);
    answers.push_back({peers[i].address, std::move(area)});
  }
  return answers;
}

/// Sets `chosen`: the active router with the highest epoch, or for a view any that answers.
/// Returns: UNAVAILABLE if there is none yet, NOT_FOUND if nobody answers at all.
absl::Status Routers::Impl::Choose(absl::Time deadline, Kind kind) {
  const std::vector<RouterAnswer> answers = Survey(deadline);
  std::vector<std::string> reasons;
  for (size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i].area.ok()) {
      const std::string why(answers[i].area.status().message());
      reasons.push_back(absl::StrCat(answers[i].address, " (", why, ")"));
      continue;
    }
    const bool better = !chosen || (IsActive(answers[i]) && !IsActive(answers[*chosen])) ||
                        (IsActive(answers[i]) == IsActive(answers[*chosen]) &&
                         answers[i].area->epoch() > answers[*chosen].area->epoch());
    if (better) chosen = i;
  }
  if (!chosen) return absl::NotFoundError("no router answers at " + absl::StrJoin(reasons, ", "));
  stale = !IsActive(answers[*chosen]);
  if (stale && kind == Kind::kCommand) {
    chosen.reset();
    return absl::UnavailableError("no router is active; the stand-by has not taken over yet");
  }
  return absl::OkStatus();
}

template <class Stub, class Request, class Response>
absl::StatusOr<Response> Routers::Impl::Ask(Kind kind, std::unique_ptr<Stub> Peer::*stub,
                                            grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                         const Request&, Response*),
                                            const Request& request) {
  const absl::Time deadline = absl::Now() + timeout;
  if (stale) chosen.reset();
  for (;;) {
    absl::Status status = chosen ? absl::OkStatus() : Choose(deadline, kind);
    if (status.ok()) {
      grpc::ClientContext context;
      PrepareContext(deadline - absl::Now(), context);
      Response response;
      Stub& peer = *(peers[*chosen].*stub);
      status = ToStatus((peer.*method)(&context, request, &response));
      if (status.ok()) return response;
      if (absl::IsDeadlineExceeded(status)) {
        return absl::DeadlineExceededError(absl::StrCat("router ", peers[*chosen].address,
                                                        " did not answer within ",
                                                        absl::FormatDuration(timeout)));
      }
    } else if (absl::IsNotFound(status)) {
      return absl::UnavailableError(status.message());
    }
    if (!absl::IsUnavailable(status)) return status;
    chosen.reset();
    if (absl::Now() + kSurveyPause >= deadline) return status;
    Wait({}, kSurveyPause);
  }
}

absl::Status Routers::Impl::WatchOne(
    const Peer& peer, const std::stop_token& stop,
    const std::function<void(const router::v1::WatchAreaResponse&)>& update) {
  const auto context = MakeStreamContext();
  const std::stop_callback cancel(stop, [&context] { context->TryCancel(); });
  const auto stream = peer.area->WatchArea(context.get(), router::v1::WatchAreaRequest());
  router::v1::WatchAreaResponse message;
  while (stream->Read(&message)) {
    update(message);
    if (message.has_area() && message.area().role() == RouterStatus::ROLE_STANDBY) {
      context->TryCancel();
      stream->Finish();
      return absl::UnavailableError("it stands by now");
    }
  }
  return ToStatus(stream->Finish());
}

Routers::Routers(const std::vector<std::string>& addresses, absl::Duration timeout)
    : impl_(std::make_unique<Impl>()) {
  HOTLINE_CHECK(!addresses.empty(), "no router to ask");
  impl_->timeout = timeout;
  for (const std::string& address : addresses) {
    const auto channel = Connect(address);
    impl_->peers.push_back({address, AreaService::NewStub(channel), SeatService::NewStub(channel)});
  }
}

Routers::~Routers() = default;

bool Routers::stale() const {
  return impl_->stale;
}

std::vector<RouterAnswer> Routers::Survey() {
  return impl_->Survey(absl::Now() + impl_->timeout);
}

void Routers::Watch(const std::stop_token& stop,
                    const std::function<void(const router::v1::WatchAreaResponse&)>& update,
                    const std::function<void(const std::string&)>& lost) {
  std::string said;
  while (!stop.stop_requested()) {
    impl_->chosen.reset();
    absl::Status status = impl_->Choose(absl::InfiniteFuture(), Impl::Kind::kCommand);
    if (status.ok()) {
      const Impl::Peer& peer = impl_->peers[*impl_->chosen];
      said.clear();
      status = impl_->WatchOne(peer, stop, update);
      status = absl::UnavailableError(
          absl::StrCat("lost router ", peer.address, ": ", status.message()));
    }
    if (stop.stop_requested()) return;
    if (said != status.message()) lost(said = std::string(status.message()));
    Wait(stop, kSurveyPause);
  }
}

absl::StatusOr<router::v1::GetAreaResponse> Routers::Ask(
    const router::v1::GetAreaRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::GetArea, request);
}

absl::StatusOr<router::v1::ListSeatsResponse> Routers::Ask(router::v1::ListSeatsRequest request) {
  router::v1::ListSeatsResponse seats;
  do {
    auto page =
        impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::ListSeats, request);
    if (!page.ok()) return page.status();
    seats.mutable_seats()->MergeFrom(page->seats());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return seats;
}

absl::StatusOr<router::v1::ListQueuesResponse> Routers::Ask(
    const router::v1::ListQueuesRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::ListQueues, request);
}

absl::StatusOr<router::v1::ListStationsResponse> Routers::Ask(
    const router::v1::ListStationsRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::ListStations,
                    request);
}

absl::StatusOr<router::v1::ListCallsResponse> Routers::Ask(
    const router::v1::ListCallsRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::ListCalls, request);
}

absl::StatusOr<router::v1::ExplainCallResponse> Routers::Ask(
    const router::v1::ExplainCallRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::ExplainCall, request);
}

absl::StatusOr<router::v1::GetStatsResponse> Routers::Ask(
    const router::v1::GetStatsRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::GetStats, request);
}

absl::StatusOr<router::v1::ListCallbacksResponse> Routers::Ask(
    const router::v1::ListCallbacksRequest& request) {
  return impl_->Ask(Impl::Kind::kView, &Impl::Peer::area, &AreaService::Stub::ListCallbacks,
                    request);
}

absl::StatusOr<router::v1::CancelCallbackResponse> Routers::Ask(
    const router::v1::CancelCallbackRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::area, &AreaService::Stub::CancelCallback,
                    request);
}

absl::StatusOr<router::v1::SetDrainResponse> Routers::Ask(
    const router::v1::SetDrainRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::area, &AreaService::Stub::SetDrain, request);
}

absl::StatusOr<router::v1::SignInResponse> Routers::Ask(const router::v1::SignInRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::seat, &SeatService::Stub::SignIn, request);
}

absl::StatusOr<router::v1::SignOutResponse> Routers::Ask(
    const router::v1::SignOutRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::seat, &SeatService::Stub::SignOut, request);
}

absl::StatusOr<router::v1::SetReadyResponse> Routers::Ask(
    const router::v1::SetReadyRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::seat, &SeatService::Stub::SetReady, request);
}

absl::StatusOr<router::v1::SetNotReadyResponse> Routers::Ask(
    const router::v1::SetNotReadyRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::seat, &SeatService::Stub::SetNotReady,
                    request);
}

absl::StatusOr<router::v1::ExtendWrapUpResponse> Routers::Ask(
    const router::v1::ExtendWrapUpRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::seat, &SeatService::Stub::ExtendWrapUp,
                    request);
}

absl::StatusOr<router::v1::HeartbeatResponse> Routers::Ask(
    const router::v1::HeartbeatRequest& request) {
  return impl_->Ask(Impl::Kind::kCommand, &Impl::Peer::seat, &SeatService::Stub::Heartbeat,
                    request);
}

}  // namespace hotline::ctl
