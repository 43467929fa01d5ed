#include "router/service/area_service.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "router/service/convert/calls.h"
#include "router/service/convert/explanations.h"
#include "router/service/convert/journal.h"
#include "router/service/convert/views.h"
#include "router/service/grpc_status.h"
#include "router/service/strand.h"
#include "services/base/ids.h"
#include "services/runtime/access.h"
#include "services/runtime/queue_service.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::router {
namespace {

using WatchEnd = ServerStream<v1::WatchAreaRequest, v1::WatchAreaResponse>;

class WatchStream final : public WatchEnd,
                          public Watcher,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(Strand& strand, std::atomic<int>& count) : strand_(strand), count_(count) {
    ++count_;
  }

  void OnMessage(v1::WatchAreaRequest) override {
    strand_.Post([self = shared_from_this()] {
      self->strand_.watchers().Add(self, self->strand_.core(), self->strand_.now());
    });
  }

  void OnGone() override {
    --count_;
    strand_.Post([self = shared_from_this()] { self->strand_.watchers().Remove(self.get()); });
  }

  bool Send(v1::WatchAreaResponse message) override { return WatchEnd::Send(message); }

 private:
  Strand& strand_;
  std::atomic<int>& count_;
};

absl::StatusOr<uint64_t> ParseToken(const std::string& token) {
  uint64_t number = 0;
  if (token.empty() || absl::SimpleAtoi(token, &number)) return number;
  return absl::InvalidArgumentError("page_token is not one that ListCalls gave");
}

/// Live calls, longest wait first; the token is how many came before.
void ListLive(const Strand& strand, uint64_t skip, v1::ListCallsResponse& out) {
  auto calls = strand.core().calls();
  std::stable_sort(calls.begin(), calls.end(), [](const CallView& a, const CallView& b) {
    return a.request.request_time < b.request.request_time;
  });
  size_t bytes = 0;
  for (size_t i = std::min<size_t>(skip, calls.size()); i < calls.size(); ++i) {
    if (bytes > kPageBytes) return out.set_next_page_token(absl::StrCat(i));
    auto* call = out.add_calls();
    *call = ToProto(calls[i], strand.now());
    bytes += call->ByteSizeLong();
  }
}

void ListEnded(const Strand& strand, uint64_t before, size_t size, v1::ListCallsResponse& out) {
  const EndedRing::Page page = strand.ended().List(before, size, kPageBytes);
  for (const auto& record : page.records) out.add_ended()->ParseFromString(record);
  if (page.next > 0) out.set_next_page_token(absl::StrCat(page.next));
}

/// Seats by id; the token is the last one of the page before.
void PageOfSeats(const Strand& strand, const std::string& after, v1::ListSeatsResponse& out) {
  size_t bytes = 0;
  for (const SeatView& seat : strand.seats()) {
    if (seat.profile.seat <= after) continue;
    if (bytes > kPageBytes) {
      out.set_next_page_token(out.seats().rbegin()->seat_id());
      return;
    }
    auto* listed = out.add_seats();
    *listed = ToProto(seat);
    bytes += listed->ByteSizeLong();
  }
}

absl::Time Midnight(absl::Time now, absl::Duration utc_offset) {
  const absl::TimeZone zone =
      absl::FixedTimeZone(static_cast<int>(absl::ToInt64Seconds(utc_offset)));
  return absl::FromCivil(absl::CivilDay(absl::ToCivilSecond(now, zone)), zone);
}

class AreaService final : public QueueService {
 public:
  AreaService(Strand& strand, const Gate& gate) : strand_(strand), gate_(gate) {
    Answer(this, &AreaService::GetArea);
    Answer(this, &AreaService::ListSeats);
    Answer(this, &AreaService::ListQueues);
    Answer(this, &AreaService::ListStations);
    Answer(this, &AreaService::ListCalls);
    Answer(this, &AreaService::ExplainCall);
    Answer(this, &AreaService::GetStats);
    Answer(this, &AreaService::ListIntervals);
    Answer(this, &AreaService::SetDrain);
    Answer(this, &AreaService::ListCallbacks);
    Answer(this, &AreaService::CancelCallback);
    Answer(this, &AreaService::GetControl);
    Answer(this, &AreaService::SetControl);
    Accept(this, &AreaService::WatchArea, kWatchBacklog);
  }

  void GetArea(UnaryCall& call, const v1::GetAreaRequest& request, v1::GetAreaResponse& response) {
    Respond(call, request, [this, &response] {
      response = strand_.area();
      return absl::OkStatus();
    });
  }

  void ListSeats(UnaryCall& call, const v1::ListSeatsRequest& request,
                 v1::ListSeatsResponse& response) {
    Respond(call, request, [this, &request, &response] {
      PageOfSeats(strand_, request.page_token(), response);
      return absl::OkStatus();
    });
  }

  void ListQueues(UnaryCall& call, const v1::ListQueuesRequest& request,
                  v1::ListQueuesResponse& response) {
    Respond(call, request, [this, &response] {
      for (const auto& queue : strand_.core().queues(strand_.now()))
        *response.add_queues() = ToProto(queue);
      return absl::OkStatus();
    });
  }

  void ListStations(UnaryCall& call, const v1::ListStationsRequest& request,
                    v1::ListStationsResponse& response) {
    Respond(call, request, [this, &response] {
      for (const auto& station : strand_.core().stations(strand_.now())) {
        *response.add_stations() = ToProto(station);
      }
      return absl::OkStatus();
    });
  }

  void ListCalls(UnaryCall& call, const v1::ListCallsRequest& request,
                 v1::ListCallsResponse& response) {
    Respond(call, request, [this, &request, &response]() -> absl::Status {
      const auto token = ParseToken(request.page_token());
      if (!token.ok()) return token.status();
      if (request.page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
      if (!request.ended()) return ListLive(strand_, *token, response), absl::OkStatus();
      const int size =
          request.page_size() == 0 ? kDefaultPageSize : std::min(request.page_size(), kMaxPageSize);
      return ListEnded(strand_, *token, static_cast<size_t>(size), response), absl::OkStatus();
    });
  }

  void ExplainCall(UnaryCall& call, const v1::ExplainCallRequest& request,
                   v1::ExplainCallResponse& response) {
    Respond(call, request, [this, &request, &response]() -> absl::Status {
      const auto id = ParseCallId(request.call_id());
      if (!id) return absl::InvalidArgumentError("call_id is not the id of a call");
      const auto why = strand_.core().Explain(*id);
      if (!why) {
        return absl::NotFoundError(absl::StrCat("call ", request.call_id(),
                                                " is not live, and no decision about it is kept"));
      }
      response = ToProto(*why);
      return absl::OkStatus();
    });
  }

  void GetStats(UnaryCall& call, const v1::GetStatsRequest& request,
                v1::GetStatsResponse& response) {
    Respond(call, request, [this, &request, &response] {
      constexpr absl::Duration kLongest = absl::Hours(24);
      const absl::Time now = strand_.now();
      absl::Time from = now - kLongest;
      if (request.has_window())
        from = now - std::clamp(FromProto(request.window()), absl::ZeroDuration(), kLongest);
      if (request.today()) from = Midnight(now, strand_.core().config().utc_offset);
      *response.mutable_stats() = ToProto(strand_.core().StatsSince(from, now));
      return absl::OkStatus();
    });
  }

  void ListIntervals(UnaryCall& call, const v1::ListIntervalsRequest& request,
                     v1::ListIntervalsResponse& response) {
    Respond(call, request, [this, &response] {
      const Router& core = strand_.core();
      const absl::Time now = strand_.now();
      for (absl::Time from = Midnight(now, core.config().utc_offset); from <= now;
           from += kInterval) {
        *response.add_intervals() = ToProto(core.StatsBetween(from, from + kInterval));
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::shared_ptr<WatchEnd>> WatchArea(grpc::ServerContext& context) {
    const auto caller = gate_.Check(context, *v1::WatchAreaRequest::descriptor());
    if (!caller.ok()) return caller.status();
    if (watchers_ >= kMaxWatchers) {
      return absl::ResourceExhaustedError("too many watch this area already");
    }
    return std::make_shared<WatchStream>(strand_, watchers_);
  }

  void SetDrain(UnaryCall& call, const v1::SetDrainRequest& request, v1::SetDrainResponse&) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    Submit(call, DrainSet{request.draining()}, request.request_id());
  }

  void ListCallbacks(UnaryCall& call, const v1::ListCallbacksRequest& request,
                     v1::ListCallbacksResponse& response) {
    Respond(call, request, [this, &response] {
      auto callbacks = strand_.core().callbacks();
      std::stable_sort(callbacks.begin(), callbacks.end(), [](const auto& a, const auto& b) {
        return a.request_time < b.request_time;
      });
      for (const CallbackView& view : callbacks) *response.add_callbacks() = ToProto(view);
      return absl::OkStatus();
    });
  }

  void CancelCallback(UnaryCall& call, const v1::CancelCallbackRequest& request,
                      v1::CancelCallbackResponse&) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    const auto id = FromCallId(request.callback_id());
    if (!id.ok()) return call.Finish(id.status());
    Submit(call, CallbackCancelled{*id}, request.request_id());
  }

  void GetControl(UnaryCall& call, const v1::GetControlRequest& request,
                  v1::GetControlResponse& response) {
    Respond(call, request, [this, &response] {
      *response.mutable_control() = ToProto(strand_.core().control());
      return absl::OkStatus();
    });
  }

  void SetControl(UnaryCall& call, const v1::SetControlRequest& request, v1::SetControlResponse&) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    if (request.mode() < v1::CONTROL_MODE_AUTO || request.mode() > v1::CONTROL_MODE_CLOSED) {
      return call.Finish(absl::InvalidArgumentError("the mode must be AUTO, OPEN or CLOSED"));
    }
    const auto mode = static_cast<ControlMode>(static_cast<int>(request.mode()) - 1);
    Submit(call, ControlSet{mode}, request.request_id());
  }

 private:
  /// Gives a person's command to the strand; answers when it is journalled and carried out.
  void Submit(UnaryCall& call, const Event& event, const std::string& request_id) {
    Command command{.event = ToJournal(event), .by_person = true};
    command.event.set_request_id(request_id.substr(0, 64));
    command.done = [&call](const absl::Status& status) {
      call.Finish(ToGrpc(status, call.context()));
    };
    strand_.Post([this, command = std::move(command)] {
      const auto status = strand_.Submit(command);
      if (!status.ok()) command.done(status);
    });
  }

  /// Runs `work` on the strand, if the caller may have it, and finishes with what it says.
  template <class Work>
  void Respond(UnaryCall& call, const google::protobuf::Message& request, Work work) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    strand_.Post([&call, work = std::move(work)] { call.Finish(ToGrpc(work(), call.context())); });
  }

  Strand& strand_;
  const Gate& gate_;
  std::atomic<int> watchers_ = 0;
};

}  // namespace

std::unique_ptr<QueueService> MakeAreaService(Strand& strand, const Gate& gate) {
  return std::make_unique<AreaService>(strand, gate);
}

}  // namespace hotline::router
