#include "services/ticket/calls/caller_asker.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "services/runtime/grpc_client.h"
#include "services/runtime/log.h"

#include "hotline/call/v1/call_service.grpc.pb.h"

namespace hotline::ticket {
namespace {

constexpr absl::Duration kAskTimeout = absl::Seconds(2);
/// Between looks when nobody calls Look(): for those asked in vain, and after a restart.
constexpr absl::Duration kRetry = absl::Seconds(5);

}  // namespace

class CallerAsker::Thread {
 public:
  Thread(const Endpoint& call_service, CallBook& book)
      : book_(book), stub_(call::v1::CallService::NewStub(MakeChannel(call_service))) {
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "ticket-callers");
      Run();
    });
  }

  ~Thread() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void Look() {
    {
      const std::lock_guard lock(mutex_);
      look_ = true;
    }
    wake_.notify_all();
  }

 private:
  void Run() {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, absl::ToChronoMilliseconds(kRetry),
                       [this] { return stopping_ || look_; });
        if (stopping_) return;
        look_ = false;
      }
      AskAll();
    }
  }

  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  void AskAll() {
    const auto calls = book_.PendingCallers();
    if (!calls.ok()) return;  // the store says so itself
    for (const std::string& call_id : *calls) {
      if (stopping() || !Ask(call_id)) return;
    }
  }

  /// Returns false if it makes no sense to ask for the next one now.
  bool Ask(const std::string& call_id) {
    call::v1::GetCallerRequest request;
    request.set_call_id(call_id);
    call::v1::GetCallerResponse response;
    const auto context = MakeCallContext(kAskTimeout);
    const grpc::Status status = stub_->GetCaller(context.get(), request, &response);
    std::optional<PhoneNumber> number;
    if (status.ok()) {
      number = PhoneNumber::Parse(response.withheld() ? "anonymous" : response.number())
                   .value_or(PhoneNumber());
    } else if (status.error_code() != grpc::StatusCode::NOT_FOUND) {
      if (!std::exchange(complained_, true)) {
        LogWarn("the call service does not tell callers' numbers",
                {{"code", static_cast<int>(status.error_code())}, {"why", status.error_message()}});
      }
      return false;
    }
    complained_ = false;
    if (const auto written = book_.SetCaller(call_id, number); !written.ok()) {
      LogWarn("a caller's number could not be written down", {{"call", call_id}, {"why", written}});
      return false;
    }
    return true;
  }

  CallBook& book_;
  const std::unique_ptr<call::v1::CallService::Stub> stub_;
  bool complained_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  ///< guarded
  bool look_ = true;       ///< guarded
  std::thread thread_;
};

CallerAsker::CallerAsker(const Endpoint& call_service, CallBook& book)
    : thread_(std::make_unique<Thread>(call_service, book)) {}

CallerAsker::~CallerAsker() = default;

void CallerAsker::Look() {
  thread_->Look();
}

}  // namespace hotline::ticket
