#include "router/service/area_service.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include <grpcpp/grpcpp.h>

#include "router/service/convert/calls.h"
#include "router/service/convert/explanations.h"
#include "router/service/convert/journal.h"
#include "router/service/convert/views.h"
#include "router/service/grpc_status.h"
#include "router/service/strand.h"
#include "services/base/ids.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_refusal.h"
#include "services/runtime/stream_outbox.h"

#include "hotline/router/v1/area_service.grpc.pb.h"

namespace hotline::router {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

/// Lives until gRPC's OnDone and the strand's last use of it.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchAreaResponse>,
                          public Watcher,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(Strand& strand, std::atomic<int>& count)
      : strand_(strand), count_(count), outbox_(this, kWatchBacklog) {}

  void Start() {
    self_ = shared_from_this();
    if (++count_ > kMaxWatchers) {
      return outbox_.Finish(
          {grpc::StatusCode::RESOURCE_EXHAUSTED, "too many watch this area already"});
    }
    strand_.Post([self = self_] {
      self->strand_.watchers().Add(self, self->strand_.core(), self->strand_.now());
    });
  }

  void OnWriteDone(bool ok) override { outbox_.OnWriteDone(ok); }

  void OnCancel() override { outbox_.Finish(grpc::Status::CANCELLED); }

  void OnDone() override {
    --count_;
    strand_.Post([self = std::move(self_)] { self->strand_.watchers().Remove(self.get()); });
  }

  bool Send(v1::WatchAreaResponse message) override { return outbox_.Send(std::move(message)); }

 private:
  Strand& strand_;
  std::atomic<int>& count_;
  StreamOutbox<grpc::ServerWriteReactor<v1::WatchAreaResponse>, v1::WatchAreaResponse> outbox_;
  std::shared_ptr<WatchStream> self_;
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

absl::Time Midnight(absl::Time now, absl::Duration utc_offset) {
  const absl::TimeZone zone =
      absl::FixedTimeZone(static_cast<int>(absl::ToInt64Seconds(utc_offset)));
  return absl::FromCivil(absl::CivilDay(absl::ToCivilSecond(now, zone)), zone);
}

class AreaService final : public v1::AreaService::CallbackService {
 public:
  AreaService(Strand& strand, const Gate& gate) : strand_(strand), gate_(gate) {}

  Reactor* GetArea(Context* context, const v1::GetAreaRequest* request,
                   v1::GetAreaResponse* response) override {
    return Answer(context, *request, [this, response] {
      *response = strand_.area();
      return absl::OkStatus();
    });
  }

  Reactor* ListSeats(Context* context, const v1::ListSeatsRequest* request,
                     v1::ListSeatsResponse* response) override {
    return Answer(context, *request, [this, response] {
      for (const auto& seat : strand_.seats()) *response->add_seats() = ToProto(seat);
      return absl::OkStatus();
    });
  }

  Reactor* ListQueues(Context* context, const v1::ListQueuesRequest* request,
                      v1::ListQueuesResponse* response) override {
    return Answer(context, *request, [this, response] {
      for (const auto& queue : strand_.core().queues(strand_.now()))
        *response->add_queues() = ToProto(queue);
      return absl::OkStatus();
    });
  }

  Reactor* ListStations(Context* context, const v1::ListStationsRequest* request,
                        v1::ListStationsResponse* response) override {
    return Answer(context, *request, [this, response] {
      for (const auto& station : strand_.core().stations(strand_.now())) {
        *response->add_stations() = ToProto(station);
      }
      return absl::OkStatus();
    });
  }

  Reactor* ListCalls(Context* context, const v1::ListCallsRequest* request,
                     v1::ListCallsResponse* response) override {
    return Answer(context, *request, [this, request, response]() -> absl::Status {
      const auto token = ParseToken(request->page_token());
      if (!token.ok()) return token.status();
      if (request->page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
      if (!request->ended()) return ListLive(strand_, *token, *response), absl::OkStatus();
      const int size = request->page_size() == 0 ? kDefaultPageSize
                                                 : std::min(request->page_size(), kMaxPageSize);
      return ListEnded(strand_, *token, static_cast<size_t>(size), *response), absl::OkStatus();
    });
  }

  Reactor* ExplainCall(Context* context, const v1::ExplainCallRequest* request,
                       v1::ExplainCallResponse* response) override {
    return Answer(context, *request, [this, request, response]() -> absl::Status {
      const auto call = ParseCallId(request->call_id());
      if (!call) return absl::InvalidArgumentError("call_id is not the id of a call");
      const auto why = strand_.core().Explain(*call);
      if (!why) {
        return absl::NotFoundError(absl::StrCat("call ", request->call_id(),
                                                " is not live, and no decision about it is kept"));
      }
      *response = ToProto(*why);
      return absl::OkStatus();
    });
  }

  Reactor* GetStats(Context* context, const v1::GetStatsRequest* request,
                    v1::GetStatsResponse* response) override {
    return Answer(context, *request, [this, request, response] {
      constexpr absl::Duration kLongest = absl::Hours(24);
      const absl::Time now = strand_.now();
      absl::Time from = now - kLongest;
      if (request->has_window())
        from = now - std::clamp(FromProto(request->window()), absl::ZeroDuration(), kLongest);
      if (request->today()) from = Midnight(now, strand_.core().config().utc_offset);
      *response->mutable_stats() = ToProto(strand_.core().StatsSince(from, now));
      return absl::OkStatus();
    });
  }

  Reactor* ListIntervals(Context* context, const v1::ListIntervalsRequest* request,
                         v1::ListIntervalsResponse* response) override {
    return Answer(context, *request, [this, response] {
      const Router& core = strand_.core();
      const absl::Time now = strand_.now();
      for (absl::Time from = Midnight(now, core.config().utc_offset); from <= now;
           from += kInterval) {
        *response->add_intervals() = ToProto(core.StatsBetween(from, from + kInterval));
      }
      return absl::OkStatus();
    });
  }

  grpc::ServerWriteReactor<v1::WatchAreaResponse>* WatchArea(
      Context* context, const v1::WatchAreaRequest* request) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefusedStream<grpc::ServerWriteReactor<v1::WatchAreaResponse>>::Make(caller.status());
    }
    auto stream = std::make_shared<WatchStream>(strand_, watchers_);
    stream->Start();
    return stream.get();
  }

  Reactor* SetDrain(Context* context, const v1::SetDrainRequest* request,
                    v1::SetDrainResponse*) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    return Submit(context, DrainSet{request->draining()}, request->request_id());
  }

  Reactor* ListCallbacks(Context* context, const v1::ListCallbacksRequest* request,
                         v1::ListCallbacksResponse* response) override {
    return Answer(context, *request, [this, response] {
      auto callbacks = strand_.core().callbacks();
      std::stable_sort(callbacks.begin(), callbacks.end(), [](const auto& a, const auto& b) {
        return a.request_time < b.request_time;
      });
      for (const CallbackView& view : callbacks) *response->add_callbacks() = ToProto(view);
      return absl::OkStatus();
    });
  }

  Reactor* CancelCallback(Context* context, const v1::CancelCallbackRequest* request,
                          v1::CancelCallbackResponse*) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    const auto id = FromCallId(request->callback_id());
    if (!id.ok()) return RefuseUnary(*context, id.status());
    return Submit(context, CallbackCancelled{*id}, request->request_id());
  }

  Reactor* GetControl(Context* context, const v1::GetControlRequest* request,
                      v1::GetControlResponse* response) override {
    return Answer(context, *request, [this, response] {
      *response->mutable_control() = ToProto(strand_.core().control());
      return absl::OkStatus();
    });
  }

  Reactor* SetControl(Context* context, const v1::SetControlRequest* request,
                      v1::SetControlResponse*) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    if (request->mode() < v1::CONTROL_MODE_AUTO || request->mode() > v1::CONTROL_MODE_CLOSED) {
      return RefuseUnary(*context,
                         absl::InvalidArgumentError("the mode must be AUTO, OPEN or CLOSED"));
    }
    const auto mode = static_cast<ControlMode>(static_cast<int>(request->mode()) - 1);
    return Submit(context, ControlSet{mode}, request->request_id());
  }

 private:
  /// Gives a person's command to the strand; answers when it is journalled and carried out.
  Reactor* Submit(Context* context, const Event& event, const std::string& request_id) {
    Command command{.event = ToJournal(event), .by_person = true};
    command.event.set_request_id(request_id.substr(0, 64));
    auto* reactor = context->DefaultReactor();
    command.done = [context, reactor](const absl::Status& status) {
      reactor->Finish(ToGrpc(status, *context));
    };
    strand_.Post([this, command = std::move(command)] {
      const auto status = strand_.Submit(command);
      if (!status.ok()) command.done(status);
    });
    return reactor;
  }

  /// Runs `work` on the strand, if the caller may have it, and finishes with what it says.
  template <class Work>
  Reactor* Answer(Context* context, const google::protobuf::Message& request, Work work) {
    if (const auto caller = gate_.Check(*context, request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    auto* reactor = context->DefaultReactor();
    strand_.Post(
        [context, reactor, work = std::move(work)] { reactor->Finish(ToGrpc(work(), *context)); });
    return reactor;
  }

  Strand& strand_;
  const Gate& gate_;
  std::atomic<int> watchers_ = 0;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAreaService(Strand& strand, const Gate& gate) {
  return std::make_unique<AreaService>(strand, gate);
}

}  // namespace hotline::router
