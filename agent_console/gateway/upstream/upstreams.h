// The services behind the gateway, called by method name with bytes: requests are passed on without
// being understood.
//
// A package has one or two servers. The routers are two: the one that answered last is asked first,
// and on UNAVAILABLE (it stands by, or is gone) the other, until the call's time is over.
//
// Lives on the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "agent_console/gateway/connect/message_stream.h"
#include "services/runtime/endpoint.h"

namespace hotline::console {

class Loop;

struct RpcResult {
  RpcStatus status;
  std::string message;  ///< serialised, if status is OK
};

class Upstreams {
 public:
  /// How long a call looks for an active router at most.
  static constexpr absl::Duration kFailoverPatience = absl::Seconds(6);
  static constexpr absl::Duration kFailoverPause = absl::Milliseconds(200);
  /// Calls under way at once; more are refused.
  static constexpr size_t kMaxCalls = 1000;

  /// "hotline.router.v1" and where it is served.
  struct Service {
    std::string package;
    std::vector<Endpoint> servers;
  };

  Upstreams(Loop& loop, const std::vector<Service>& services);
  /// Requires: no call is under way (Drain), or the loop is shut down.
  ~Upstreams();
  Upstreams(const Upstreams&) = delete;
  Upstreams& operator=(const Upstreams&) = delete;

  bool Serves(std::string_view package) const;

  /// Calls "/package.Service/Method". `identity` is SignIdentity's; empty: this process itself.
  void Call(const std::string& path, std::string request, const std::string& identity,
            absl::Duration timeout, std::function<void(RpcResult)> done);

  /// Opens a server stream at the package's preferred server.
  std::shared_ptr<MessageStream> Watch(const std::string& path, std::string request,
                                       const std::string& identity);

  /// The other server of `package` is asked first from now on.
  void PreferOther(std::string_view package);

  /// Ends every stream; calls go on. Not from the loop.
  void EndStreams();
  /// Cancels what is under way and waits for its end. Not from the loop.
  void Drain();

 private:
  struct Peers;
  struct UnderWay;
  class UnaryCall;
  class StreamCall;
  Peers* FindPeers(const std::string& path);

  Loop& loop_;
  std::vector<std::unique_ptr<Peers>> peers_;
  std::vector<std::weak_ptr<StreamCall>> streams_;
  std::shared_ptr<UnderWay> under_way_;
};

}  // namespace hotline::console
