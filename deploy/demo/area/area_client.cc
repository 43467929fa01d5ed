#include "deploy/demo/area/area_client.h"

#include <algorithm>
#include <atomic>
#include <random>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "deploy/demo/area/router_stubs.h"
#include "services/base/check.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/grpc_client.h"

namespace hotline::demo {
namespace {

using google::protobuf::util::TimeUtil;

// Between two looks for an active router; a lease lives longer.
constexpr absl::Duration kLookAgain = absl::Milliseconds(100);
constexpr absl::Duration kRoleDeadline = absl::Milliseconds(500);
constexpr absl::Duration kMaxReconnectWait = absl::Milliseconds(200);

absl::Status ToStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// Unique over all runs, so that no router takes a new request for a repeated one.
std::string NewRequestId() {
  static const uint64_t run = std::random_device{}() | uint64_t{std::random_device{}()} << 32;
  static std::atomic<uint64_t> count = 0;
  return absl::StrCat("robot-", absl::Hex(run), "-", ++count);
}

using Area = router::v1::AreaService::Stub;
using Seats = router::v1::SeatService::Stub;

// One unary call with a deadline.
template <class Stub, class Request, class Response>
absl::Status Ask(Stub& stub,
                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const std::type_identity_t<Request>& request, Response& response) {
  grpc::ClientContext context;
  PrepareContext(AreaClient::kDeadline, context);
  response.Clear();
  return ToStatus((stub.*method)(&context, request, &response));
}

}  // namespace

AreaClient::AreaClient(std::vector<std::string> routers, absl::Duration patience)
    : routers_(std::move(routers)), patience_(patience) {
  // A router that comes back is to be noticed at once.
  const ChannelOptions options{.max_reconnect_wait = kMaxReconnectWait};
  for (const std::string& address : routers_) {
    const auto endpoint = Endpoint::Parse(address);
    HOTLINE_CHECK(endpoint.ok(), "a router's address is host:port");
    const auto channel = MakeChannel(*endpoint, options);
    stubs_.push_back(
        std::make_unique<Router>(Router{.address = address,
                                        .area = router::v1::AreaService::NewStub(channel),
                                        .seats = router::v1::SeatService::NewStub(channel)}));
  }
}

AreaClient::~AreaClient() = default;

AreaClient::Router& AreaClient::At(const std::string& router) {
  for (const auto& stub : stubs_) {
    if (stub->address == router) return *stub;
  }
  CheckFailed(__FILE__, __LINE__, "router", "not one of the area's routers");
}

absl::StatusOr<router::v1::GetAreaResponse> AreaClient::AskRouter(const std::string& router) {
  grpc::ClientContext context;
  PrepareContext(kRoleDeadline, context);
  router::v1::GetAreaResponse response;
  const absl::Status status = ToStatus(At(router).area->GetArea(&context, {}, &response));
  if (!status.ok()) return status;
  return response;
}

std::optional<std::string> AreaClient::FindActive() {
  std::optional<std::string> active;
  uint64_t epoch = 0;
  for (const std::string& address : routers_) {
    const auto area = AskRouter(address);
    if (!area.ok() || area->role() != router::v1::RouterStatus::ROLE_ACTIVE) continue;
    if (active.has_value() && area->epoch() <= epoch) continue;
    active = address;
    epoch = area->epoch();
  }
  return active;
}

absl::Status AreaClient::Call(const std::function<absl::Status(Router&)>& request) {
  const absl::Time deadline = absl::Now() + patience_;
  absl::Status status = absl::UnavailableError("no router of the area is active");
  while (true) {
    std::string address;
    {
      const std::lock_guard lock(mutex_);
      address = active_;
    }
    if (address.empty()) address = FindActive().value_or("");
    if (!address.empty()) {
      status = request(At(address));
      const bool elsewhere = status.code() == absl::StatusCode::kUnavailable ||
                             status.code() == absl::StatusCode::kDeadlineExceeded;
      const std::lock_guard lock(mutex_);
      active_ = elsewhere ? "" : address;
      if (!elsewhere) return status;
    }
    if (absl::Now() >= deadline) return status;
    absl::SleepFor(kLookAgain);
  }
}

absl::StatusOr<router::v1::Seat> AreaClient::SignIn(const std::string& seat, bool ready,
                                                    absl::Duration heartbeat_timeout) {
  router::v1::SignInRequest request;
  request.set_request_id(NewRequestId());
  request.set_seat_id(seat);
  request.set_agent(absl::StrCat("robot-", seat));
  request.set_ready(ready);
  if (heartbeat_timeout < absl::InfiniteDuration()) {
    *request.mutable_heartbeat_timeout() =
        TimeUtil::MillisecondsToDuration(absl::ToInt64Milliseconds(heartbeat_timeout));
  }
  router::v1::SignInResponse response;
  const absl::Status status =
      Call([&](Router& router) { return Ask(*router.seats, &Seats::SignIn, request, response); });
  if (!status.ok()) return status;
  return response.seat();
}

absl::StatusOr<router::v1::Seat> AreaClient::SignOut(const std::string& seat) {
  router::v1::SignOutRequest request;
  request.set_request_id(NewRequestId());
  request.set_seat_id(seat);
  router::v1::SignOutResponse response;
  const absl::Status status =
      Call([&](Router& router) { return Ask(*router.seats, &Seats::SignOut, request, response); });
  if (!status.ok()) return status;
  return response.seat();
}

absl::StatusOr<router::v1::Seat> AreaClient::SetReady(const std::string& seat) {
  router::v1::SetReadyRequest request;
  request.set_request_id(NewRequestId());
  request.set_seat_id(seat);
  router::v1::SetReadyResponse response;
  const absl::Status status =
      Call([&](Router& router) { return Ask(*router.seats, &Seats::SetReady, request, response); });
  if (!status.ok()) return status;
  return response.seat();
}

absl::StatusOr<router::v1::Seat> AreaClient::SetNotReady(const std::string& seat,
                                                         const std::string& reason) {
  router::v1::SetNotReadyRequest request;
  request.set_request_id(NewRequestId());
  request.set_seat_id(seat);
  request.set_reason(reason);
  router::v1::SetNotReadyResponse response;
  const absl::Status status = Call(
      [&](Router& router) { return Ask(*router.seats, &Seats::SetNotReady, request, response); });
  if (!status.ok()) return status;
  return response.seat();
}

absl::StatusOr<router::v1::Seat> AreaClient::Heartbeat(const std::string& seat) {
  router::v1::HeartbeatRequest request;
  request.set_seat_id(seat);
  router::v1::HeartbeatResponse response;
  const absl::Status status = Call(
      [&](Router& router) { return Ask(*router.seats, &Seats::Heartbeat, request, response); });
  if (!status.ok()) return status;
  return response.seat();
}

absl::StatusOr<router::v1::AreaStats> AreaClient::GetStats() {
  router::v1::GetStatsResponse response;
  const absl::Status status =
      Call([&](Router& router) { return Ask(*router.area, &Area::GetStats, {}, response); });
  if (!status.ok()) return status;
  return response.stats();
}

absl::StatusOr<std::vector<router::v1::CallRecord>> AreaClient::ListEnded(int count) {
  std::vector<router::v1::CallRecord> records;
  router::v1::ListCallsRequest request;
  request.set_ended(true);
  do {
    request.set_page_size(std::min(count - static_cast<int>(records.size()), 1000));
    router::v1::ListCallsResponse response;
    const absl::Status status = Call(
        [&](Router& router) { return Ask(*router.area, &Area::ListCalls, request, response); });
    if (!status.ok()) return status;
    records.insert(records.end(), response.ended().begin(), response.ended().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(records.size()) < count);
  return records;
}

absl::StatusOr<router::v1::ListCallsResponse> AreaClient::ListLive() {
  router::v1::ListCallsResponse response;
  const absl::Status status =
      Call([&](Router& router) { return Ask(*router.area, &Area::ListCalls, {}, response); });
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<router::v1::ListSeatsResponse> AreaClient::ListSeats() {
  router::v1::ListSeatsRequest request;
  router::v1::ListSeatsResponse seats;
  do {
    router::v1::ListSeatsResponse page;
    const absl::Status status =
        Call([&](Router& router) { return Ask(*router.area, &Area::ListSeats, request, page); });
    if (!status.ok()) return status;
    seats.mutable_seats()->MergeFrom(page.seats());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return seats;
}

absl::StatusOr<router::v1::ListQueuesResponse> AreaClient::ListQueues() {
  router::v1::ListQueuesResponse response;
  const absl::Status status =
      Call([&](Router& router) { return Ask(*router.area, &Area::ListQueues, {}, response); });
  if (!status.ok()) return status;
  return response;
}

}  // namespace hotline::demo
