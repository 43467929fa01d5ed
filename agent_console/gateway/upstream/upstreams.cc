#include "agent_console/gateway/upstream/upstreams.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "agent_console/gateway/loop.h"
#include "services/runtime/grpc_client.h"

namespace hotline::console {
namespace {

constexpr char kReasonKey[] = "hotline-reason";
constexpr int kMaxMessageBytes = 4 << 20;
/// What a failed connection says is long and names addresses: nothing for a page.
constexpr std::string_view kCannotConnect = "failed to connect";

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.TrySingleSlice(&slice).ok() && !buffer.DumpToSingleSlice(&slice).ok()) return {};
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

RpcStatus ToRpcStatus(const grpc::Status& status, const grpc::ClientContext& context) {
  RpcStatus out;
  out.code = static_cast<absl::StatusCode>(status.error_code());
  if (status.ok()) return out;
  out.message = status.error_message();
  if (out.message.starts_with(kCannotConnect)) out.message = "the service cannot be reached now";
  out.details = status.error_details();
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto reason = trailers.find(kReasonKey);
  if (reason != trailers.end()) out.reason.assign(reason->second.data(), reason->second.size());
  return out;
}

std::unique_ptr<grpc::ClientContext> MakeContext(const std::string& identity,
                                                 absl::Duration timeout) {
  if (!identity.empty()) return MakeContextFor(identity, timeout);
  if (timeout == absl::InfiniteDuration()) return MakeStreamContext();
  return MakeCallContext(timeout);
}

}  // namespace

struct Upstreams::Peers {
  std::string package;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  size_t preferred = 0;

  void PreferOther(size_t than) {
    if (preferred == than) preferred = (than + 1) % stubs.size();
  }
};

/// The contexts of calls that have begun: to cancel them, and to wait for them. Thread-safe.
struct Upstreams::UnderWay {
  std::mutex mutex;
  std::condition_variable ended;
  std::set<grpc::ClientContext*> contexts;
  bool draining = false;

  bool Add(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex);
    if (draining || contexts.size() >= kMaxCalls) return false;
    contexts.insert(context);
    return true;
  }

  void Remove(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex);
    contexts.erase(context);
    ended.notify_all();
  }
};

/// One call, over as many tries as it takes.
class Upstreams::UnaryCall : public std::enable_shared_from_this<UnaryCall> {
 public:
  UnaryCall(Loop& loop, Peers& peers, std::shared_ptr<UnderWay> under_way, std::string path,
            const std::string& request, std::string identity, absl::Duration timeout,
            std::function<void(RpcResult)> done)
      : loop_(loop),
        peers_(peers),
        under_way_(std::move(under_way)),
        path_(std::move(path)),
        request_(ToBuffer(request)),
        identity_(std::move(identity)),
        deadline_(absl::Now() + timeout),
        patience_(std::min(deadline_, absl::Now() + kFailoverPatience)),
        done_(std::move(done)) {}

  void Try() {
    const absl::Duration left = deadline_ - absl::Now();
    context_ = MakeContext(identity_, left);
    if (!under_way_->Add(context_.get())) {
      return done_({.status = absl::ResourceExhaustedError("the gateway has too much under way")});
    }
    tried_ = peers_.preferred;
    ++tries_;
    response_.Clear();
    peers_.stubs[tried_]->UnaryCall(context_.get(), path_, {}, &request_, &response_,
                                    [self = shared_from_this()](const grpc::Status& status) {
                                      const RpcStatus said = ToRpcStatus(status, *self->context_);
                                      // Before Post: nobody waits for the loop.
                                      self->under_way_->Remove(self->context_.get());
                                      self->loop_.Post([self, said] { self->OnDone(said); });
                                    });
  }

 private:
  void OnDone(const RpcStatus& status) {
    const bool elsewhere = status.code == absl::StatusCode::kUnavailable && peers_.stubs.size() > 1;
    if (!elsewhere || absl::Now() >= patience_) {
      return done_({.status = status, .message = status.ok() ? ToBytes(response_) : ""});
    }
    peers_.PreferOther(tried_);
    // Both were asked: a take-over is under way.
    if (tries_ % peers_.stubs.size() != 0) return Try();
    loop_.PostAfter(kFailoverPause, [self = shared_from_this()] { self->Try(); });
  }

  Loop& loop_;
  Peers& peers_;
  const std::shared_ptr<UnderWay> under_way_;
  const std::string path_;
  const grpc::ByteBuffer request_;
  const std::string identity_;
  const absl::Time deadline_, patience_;
  const std::function<void(RpcResult)> done_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer response_;
  size_t tried_ = 0;
  size_t tries_ = 0;
};

/// A server stream that reads one message when it is asked for one, so that a slow page slows its
/// service down and fills no memory here.
class Upstreams::StreamCall final : public MessageStream,
                                    public std::enable_shared_from_this<StreamCall> {
 public:
  StreamCall(Loop& loop, std::shared_ptr<UnderWay> under_way, const std::string& request,
             const std::string& identity)
      : loop_(loop),
        under_way_(std::move(under_way)),
        context_(MakeContext(identity, absl::InfiniteDuration())),
        request_(ToBuffer(request)),
        reactor_(*this) {}

  void Start(grpc::GenericStub& stub, const std::string& path) {
    if (!under_way_->Add(context_.get())) {
      status_ = absl::ResourceExhaustedError("the gateway has too much under way");
      over_ = true;
      return;
    }
    reactor_.self = shared_from_this();
    stub.PrepareBidiStreamingCall(context_.get(), path, {}, &reactor_);
    // Reads are started from outside of reactions: the end must wait for the last of them.
    reactor_.AddHold();
    reactor_.StartWriteLast(&request_, {});
    reactor_.StartCall();
  }

  void Next(Take take) override {
    take_ = std::move(take);
    if (over_) return Answer(std::nullopt);
    Read();
  }

  void Cancel() override {
    if (over_) return;
    context_->TryCancel();
    // Nobody reads any more: the hold goes with a read that finds the end.
    if (!take_) {
      take_ = [](const std::optional<std::string>&) {
      };
      Read();
    }
  }

  RpcStatus status() const override { return status_; }

 private:
  class Reactor final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
   public:
    explicit Reactor(StreamCall& call) : call_(call) {}

    void OnReadDone(bool ok) override {
      const auto call = self;  // OnDone, which may come with the hold's end, takes it
      if (!ok) RemoveHold();
      call_.loop_.Post([call, ok] { call->OnRead(ok); });
    }

    void OnDone(const grpc::Status& status) override {
      const RpcStatus said = ToRpcStatus(status, *call_.context_);
      // Under way until its reader knows: Drain() leaves nothing behind that holds itself.
      call_.loop_.Post([call = std::exchange(self, nullptr), said] {
        call->OnEnd(said);
        call->under_way_->Remove(call->context_.get());
      });
    }

    std::shared_ptr<StreamCall> self;  ///< until OnDone

   private:
    StreamCall& call_;
  };

  /// One read at a time: gRPC aborts at a second one. A Next() after Cancel() waits for Cancel()'s.
  void Read() {
    if (ended_reading_ || std::exchange(reading_, true)) return;
    reactor_.StartRead(&incoming_);
  }

  void OnRead(bool ok) {
    reading_ = false;
    if (ok) return Answer(ToBytes(incoming_));
    ended_reading_ = true;
  }

  void OnEnd(const RpcStatus& status) {
    status_ = status;
    over_ = true;
    if (take_) Answer(std::nullopt);
  }

  void Answer(std::optional<std::string> message) {
    const Take take = std::exchange(take_, nullptr);
    if (take) take(std::move(message));
  }

  Loop& loop_;
  const std::shared_ptr<UnderWay> under_way_;
  const std::unique_ptr<grpc::ClientContext> context_;
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer incoming_;
  Reactor reactor_;
  Take take_;
  RpcStatus status_;
  bool ended_reading_ = false;
  bool reading_ = false;
  bool over_ = false;
};

Upstreams::Upstreams(Loop& loop, const std::vector<Service>& services)
    : loop_(loop), under_way_(std::make_shared<UnderWay>()) {
  for (const Service& service : services) {
    auto peers = std::make_unique<Peers>();
    peers->package = service.package;
    for (const Endpoint& server : service.servers) {
      peers->stubs.push_back(std::make_unique<grpc::GenericStub>(
          MakeChannel(server, {.max_message_bytes = kMaxMessageBytes, .own_connection = true})));
    }
    if (!peers->stubs.empty()) peers_.push_back(std::move(peers));
  }
}

Upstreams::~Upstreams() = default;

bool Upstreams::Serves(std::string_view package) const {
  return std::any_of(peers_.begin(), peers_.end(),
                     [&](const auto& peers) { return peers->package == package; });
}

Upstreams::Peers* Upstreams::FindPeers(const std::string& path) {
  for (const auto& peers : peers_) {
    const std::string& package = peers->package;
    if (path.size() > package.size() + 1 && path.compare(1, package.size(), package) == 0 &&
        path[package.size() + 1] == '.') {
      return peers.get();
    }
  }
  return nullptr;
}

void Upstreams::Call(const std::string& path, std::string request, const std::string& identity,
                     absl::Duration timeout, std::function<void(RpcResult)> done) {
  Peers* peers = FindPeers(path);
  if (peers == nullptr) {
    return done({.status = absl::UnimplementedError("no such service is behind this gateway")});
  }
  std::make_shared<UnaryCall>(loop_, *peers, under_way_, path, request, identity, timeout,
                              std::move(done))
      ->Try();
}

std::shared_ptr<MessageStream> Upstreams::Watch(const std::string& path, std::string request,
                                                const std::string& identity) {
  auto stream = std::make_shared<StreamCall>(loop_, under_way_, request, identity);
  Peers* peers = FindPeers(path);
  if (peers == nullptr) return nullptr;
  std::erase_if(streams_, [](const auto& known) { return known.expired(); });
  streams_.push_back(stream);
  stream->Start(*peers->stubs[peers->preferred], path);
  return stream;
}

void Upstreams::PreferOther(std::string_view package) {
  for (const auto& peers : peers_) {
    if (peers->package == package) peers->PreferOther(peers->preferred);
  }
}

void Upstreams::EndStreams() {
  loop_.Run([this] {
    for (const auto& known : streams_) {
      if (const auto stream = known.lock()) stream->Cancel();
    }
  });
}

void Upstreams::Drain() {
  // A stream that nobody reads would never notice its end.
  EndStreams();
  std::unique_lock lock(under_way_->mutex);
  under_way_->draining = true;
  for (grpc::ClientContext* context : under_way_->contexts) context->TryCancel();
  under_way_->ended.wait(lock, [this] { return under_way_->contexts.empty(); });
}

}  // namespace hotline::console
