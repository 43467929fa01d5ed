#include "services/ticket/calls/call_follower.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "services/runtime/grpc_client.h"
#include "services/runtime/log.h"
#include "services/runtime/proto_time.h"

#include "hotline/router/v1/area_service.grpc.pb.h"

namespace hotline::ticket {
namespace {

namespace router = hotline::router::v1;

constexpr absl::Duration kPause = absl::Milliseconds(200);
constexpr absl::Duration kListTimeout = absl::Seconds(10);
constexpr int kMaxMessageBytes = 16 << 20;  // a list of all seats of a large area
constexpr int kPageSize = 500;
/// Pages of a list; more means that the router gives the same token for ever.
constexpr int kMaxPages = 1000;

absl::Status ToStatus(const grpc::Status& status) {
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

bool Talks(const router::Call& call) {
  return call.state() == router::Call::STATE_CONNECTED || call.state() == router::Call::STATE_HELD;
}

bool WasAnswered(const router::CallRecord& record) {
  return record.has_answer_time() && !record.answered_by().id().empty();
}

}  // namespace

class CallFollower::Thread {
 public:
  Thread(std::vector<Endpoint> routers, CallBook& book, Clock clock, FollowerWatch watch)
      : book_(book), clock_(std::move(clock)), watch_(std::move(watch)) {
    for (const Endpoint& endpoint : routers) {
      routers_.push_back(router::AreaService::NewStub(
          MakeChannel(endpoint, {.max_message_bytes = kMaxMessageBytes, .own_connection = true})));
      names_.push_back(endpoint.ToString());
    }
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "ticket-calls");
      Run();
    });
  }

  ~Thread() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (context_ != nullptr) context_->TryCancel();
    }
    stop_.notify_all();
    thread_.join();
  }

 private:
  using Stub = router::AreaService::Stub;

  void Run() {
    while (!stopping()) {
      for (size_t i = 0; i < routers_.size() && !stopping(); ++i) Follow(i);
      std::unique_lock lock(mutex_);
      stop_.wait_for(lock, absl::ToChronoMilliseconds(kPause), [this] { return stopping_; });
    }
  }

  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  /// Makes the context that the destructor can cancel; false if it has begun.
  bool Enter(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    context_ = context;
    return !stopping_;
  }

  void Follow(size_t which) {
    Stub& stub = *routers_[which];
    written_.clear();
    const auto context = MakeStreamContext();
    if (!Enter(context.get())) return void(Enter(nullptr));
    const auto stream = stub.WatchArea(context.get(), {});
    router::WatchAreaResponse message;
    absl::Status broke;
    bool caught_up = false;
    while (broke.ok() && stream->Read(&message)) {
      if (message.has_area() && message.area().role() != router::RouterStatus::ROLE_ACTIVE) {
        break;  // a stand-by's view is as old as its journal lag
      }
      broke = Write(message);
      if (broke.ok() && !caught_up) {
        broke = CatchUp(stub);
        caught_up = broke.ok();
        if (caught_up) {
          LogInfo("follows the calls of the active router", {{"router", names_[which]}});
          if (watch_.following) watch_.following(true);
        }
      }
      if (watch_.lag && caught_up) {
        watch_.lag(std::max(absl::ZeroDuration(), clock_() - FromProto(message.time())));
      }
    }
    context->TryCancel();
    const grpc::Status end = stream->Finish();
    Enter(nullptr);
    if (caught_up && watch_.following) watch_.following(false);
    if (!broke.ok()) {
      LogWarn("calls could not be written down; tries again", {{"why", broke}});
    } else if (caught_up && !stopping()) {
      LogWarn("lost the router", {{"router", names_[which]}, {"why", end.error_message()}});
    }
  }

  // ---- what the stream brings ----

  absl::Status Write(const router::WatchAreaResponse& message) {
    for (const router::Seat& seat : message.seats()) NoteSeat(seat);
    bool connected = false;
    for (const router::Call& call : message.calls()) {
      if (!Talks(call)) continue;
      if (auto status = Connected(call); !status.ok()) return status;
      connected = true;
    }
    for (const router::CallRecord& record : message.ended()) {
      if (!WasAnswered(record)) continue;
      if (auto status = Ended(record); !status.ok()) return status;
      connected = true;
    }
    if (connected && watch_.connected) watch_.connected();
    return absl::OkStatus();
  }

  void NoteSeat(const router::Seat& seat) {
    if (seat.agent().empty()) {
      agents_.erase(seat.seat_id());
    } else {
      agents_[seat.seat_id()] = seat.agent();
    }
  }

  AnsweredCall ToAnswered(const router::CallRequest& request, const router::Target& target) {
    AnsweredCall call{request.call_id(), request.entry(), request.queue(), target.id(), ""};
    if (target.kind() != router::TARGET_KIND_SEAT) return call;
    if (const auto agent = agents_.find(target.id()); agent != agents_.end()) {
      call.agent = agent->second;
    }
    return call;
  }

  absl::Status Connected(const router::Call& call) {
    const std::string& id = call.request().call_id();
    if (written_.contains(id)) return absl::OkStatus();  // held and resumed
    auto status = book_.Connected(ToAnswered(call.request(), call.target()));
    if (status.ok()) written_.insert(id);
    return status;
  }

  absl::Status Ended(const router::CallRecord& record) {
    auto status = book_.Ended(ToAnswered(record.request(), record.answered_by()),
                              FromProto(record.end_time()));
    if (status.ok()) written_.erase(record.request().call_id());
    return status;
  }

  // ---- after a gap ----

  absl::Status CatchUp(Stub& stub) {
    // In this order: a call that the book has open, but that is neither live afterwards nor among
    // the ended ones after that, is really gone.
    const auto open = book_.OpenCalls();
    if (!open.ok()) return open.status();
    if (auto status = ReadSeats(stub); !status.ok()) return status;
    auto live = ReadLive(stub);
    if (!live.ok()) return live.status();
    size_t missed = 0;
    auto gone = std::set<std::string>(open->begin(), open->end());
    for (const std::string& id : *live) gone.erase(id);
    if (auto status = ReadEnded(stub, gone, missed); !status.ok()) return status;
    if (!gone.empty()) {
      // The list of live calls is read in pages while calls come and go: only who is missing twice
      // is gone.
      live = ReadLive(stub);
      if (!live.ok()) return live.status();
      for (const std::string& id : *live) gone.erase(id);
    }
    for (const std::string& id : gone) {
      if (auto status = book_.Gone(id); !status.ok() && !absl::IsNotFound(status)) return status;
      ++missed;
    }
    if (missed > 0) LogInfo("caught up with calls", {{"calls", missed}});
    if (watch_.caught_up) watch_.caught_up(missed);
    if (watch_.connected) watch_.connected();
    return absl::OkStatus();
  }

  absl::Status ReadSeats(Stub& stub) {
    router::ListSeatsRequest request;
    do {
      router::ListSeatsResponse page;
      const auto context = MakeCallContext(kListTimeout);
      if (const auto status = stub.ListSeats(context.get(), request, &page); !status.ok()) {
        return ToStatus(status);
      }
      for (const router::Seat& seat : page.seats()) NoteSeat(seat);
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty() && !stopping());
    return absl::OkStatus();
  }

  /// Calls `page` for each page of a list; returns what broke it off.
  template <class Page>
  absl::Status ReadPages(Stub& stub, bool ended, const Page& page) {
    router::ListCallsRequest request;
    request.set_ended(ended);
    request.set_page_size(kPageSize);
    for (int i = 0; i < kMaxPages && !stopping(); ++i) {
      router::ListCallsResponse response;
      const auto context = MakeCallContext(kListTimeout);
      if (const auto status = stub.ListCalls(context.get(), request, &response); !status.ok()) {
        return ToStatus(status);
      }
      if (auto status = page(response); !status.ok()) return status;
      if (response.next_page_token().empty()) return absl::OkStatus();
      request.set_page_token(response.next_page_token());
    }
    return absl::CancelledError("stopped while catching up");
  }

  absl::StatusOr<std::vector<std::string>> ReadLive(Stub& stub) {
    std::vector<std::string> ids;
    const auto status = ReadPages(stub, false, [&](const router::ListCallsResponse& page) {
      for (const router::Call& call : page.calls()) {
        ids.push_back(call.request().call_id());
        if (!Talks(call)) continue;
        if (auto written = Connected(call); !written.ok()) return written;
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return ids;
  }

  absl::Status ReadEnded(Stub& stub, std::set<std::string>& gone, size_t& missed) {
    return ReadPages(stub, true, [&](const router::ListCallsResponse& page) -> absl::Status {
      std::vector<std::string> ids;
      for (const router::CallRecord& record : page.ended()) {
        gone.erase(record.request().call_id());
        if (WasAnswered(record)) ids.push_back(record.request().call_id());
      }
      const auto missing = book_.Missing(ids);
      if (!missing.ok()) return missing.status();
      const std::set<std::string> wanted(missing->begin(), missing->end());
      for (const router::CallRecord& record : page.ended()) {
        if (!wanted.contains(record.request().call_id())) continue;
        // Who sat there then is not known any more; the seat is.
        auto status = book_.Ended({record.request().call_id(), record.request().entry(),
                                   record.request().queue(), record.answered_by().id(), ""},
                                  FromProto(record.end_time()));
        if (!status.ok()) return status;
        ++missed;
      }
      return absl::OkStatus();
    });
  }

  CallBook& book_;
  const Clock clock_;
  const FollowerWatch watch_;
  std::vector<std::unique_ptr<Stub>> routers_;
  std::vector<std::string> names_;
  std::map<std::string, std::string> agents_;  ///< by seat
  std::set<std::string> written_;              ///< live calls whose draft is in the book

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;                   ///< guarded
  grpc::ClientContext* context_ = nullptr;  ///< guarded; of the stream under way
  std::thread thread_;
};

CallFollower::CallFollower(std::vector<Endpoint> routers, CallBook& book, Clock clock,
                           FollowerWatch watch)
    : thread_(
          std::make_unique<Thread>(std::move(routers), book, std::move(clock), std::move(watch))) {}

CallFollower::~CallFollower() = default;

}  // namespace hotline::ticket
