#include "services/directory/follow/directory_follower.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "services/directory/follow/directory_copy.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/log.h"

#include "hotline/directory/v1/directory_service.grpc.pb.h"

namespace hotline::directory {
namespace {

/// Between two tries to reach it.
constexpr auto kRetryPause = std::chrono::milliseconds(200);

}  // namespace

class DirectoryFollower::Thread {
 public:
  Thread(DirectoryFollowerOptions options, Metrics& metrics, OnChange on_change)
      : options_(std::move(options)),
        on_change_(std::move(on_change)),
        copy_(options_.tables),
        revision_gauge_(metrics.AddGauge("hotline_directory_followed_revision",
                                         "The directory's revision that this process has.")),
        live_gauge_(metrics.AddGauge("hotline_directory_live",
                                     "1: follows the directory; 0: goes by its copy.")),
        stub_(v1::DirectoryService::NewStub(
            MakeChannel(options_.directory, {.own_connection = true}))) {
    Begin();
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "directory");
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
  void Begin() {
    auto copy = DirectoryCopy::Load(options_.file, options_.tables);
    if (copy.ok()) {
      copy_ = *std::move(copy);
      Tell(/*live=*/false);
    } else if (!absl::IsNotFound(copy.status())) {
      LogWarn("the copy of the directory cannot be used", {{"why", copy.status()}});
    }
  }

  void Run() {
    while (!stopping()) {
      Follow();
      live_gauge_.Set(0);
      std::unique_lock lock(mutex_);
      stop_.wait_for(lock, kRetryPause, [this] { return stopping_; });
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

  void Follow() {
    const auto context = MakeStreamContext();
    if (!Enter(context.get())) return void(Enter(nullptr));
    v1::WatchDirectoryRequest request;
    *request.mutable_tables() = {options_.tables.begin(), options_.tables.end()};
    *request.mutable_position() = copy_.position();
    const auto stream = stub_->WatchDirectory(context.get(), request);
    v1::WatchDirectoryResponse message;
    bool live = false, sound = true;
    // What comes is put aside until it is whole: half an import must never be seen.
    DirectoryCopy next = copy_;
    while (sound && stream->Read(&message)) {
      next.Add(message);
      if (!message.complete()) continue;
      sound = Take(next);
      if (sound && !std::exchange(live, true)) {
        live_gauge_.Set(1);
        LogInfo("follows the directory", {{"revision", copy_.position().revision()}});
      }
    }
    context->TryCancel();
    const grpc::Status end = stream->Finish();
    Enter(nullptr);
    if (live && !stopping()) {
      LogWarn("lost the directory: goes on with the copy",
              {{"revision", copy_.position().revision()}, {"why", end.error_message()}});
    }
  }

  bool Take(const DirectoryCopy& next) {
    DirectoryCopy before = std::exchange(copy_, next);
    if (!Tell(/*live=*/true)) {
      copy_ = std::move(before);
      return false;
    }
    if (auto status = copy_.Save(options_.file); !status.ok()) {
      LogError("the copy of the directory is not on the disk", {{"why", status}});
    }
    return true;
  }

  /// Returns false if the records cannot be read; nobody hears of them then.
  bool Tell(bool live) {
    auto directory = copy_.Read();
    if (!directory.ok()) {
      LogError("the directory cannot be followed", {{"why", directory.status()}});
      return false;
    }
    const int64_t revision = copy_.position().revision();
    revision_gauge_.Set(static_cast<double>(revision));
    on_change_({revision, live, std::make_shared<const Directory>(*std::move(directory))});
    return true;
  }

  const DirectoryFollowerOptions options_;
  const OnChange on_change_;
  DirectoryCopy copy_;  ///< the thread's, once it runs
  Gauge revision_gauge_, live_gauge_;
  const std::unique_ptr<v1::DirectoryService::Stub> stub_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;                   ///< guarded
  grpc::ClientContext* context_ = nullptr;  ///< guarded
  std::thread thread_;
};

DirectoryFollower::DirectoryFollower(DirectoryFollowerOptions options, Metrics& metrics,
                                     OnChange on_change)
    : thread_(std::make_unique<Thread>(std::move(options), metrics, std::move(on_change))) {}

DirectoryFollower::~DirectoryFollower() = default;

}  // namespace hotline::directory
