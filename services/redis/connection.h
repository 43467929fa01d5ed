// One connection to Redis that keeps itself up: hiredis (async) on a Boost.Asio loop.
//
// Everything, callbacks included, runs on the one thread that runs the io_context. Commands are
// pipelined and answered in order. A command that gets no answer in time takes the link down,
// because what came after it is stuck behind it; all commands under way then fail, and the link is
// built anew with a growing pause. A failed command may or may not have been carried out: callers
// must be able to tell. Blocking commands (XREAD BLOCK) need a connection of their own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/redis/reply.h"

namespace boost::asio {
class io_context;
}

namespace hotline::redis {

/// Where Redis is and how patient we are.
struct ConnectionOptions {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string unix_path;  ///< if not empty, instead of host and port
  absl::Duration connect_timeout = absl::Seconds(1);
  absl::Duration command_timeout =
      absl::Milliseconds(500);  ///< from when the command is the oldest
  absl::Duration first_pause =
      absl::Milliseconds(10);  ///< before reconnecting; doubles each time …
  absl::Duration longest_pause = absl::Milliseconds(200);  ///< … up to this
  size_t max_in_flight = 4096;  ///< commands without an answer; more are refused
};

/// Reads "host:port" or "unix:/path".
/// Returns: INVALID_ARGUMENT with a sentence.
absl::StatusOr<ConnectionOptions> ParseAddress(std::string_view address);

class Connection {
 public:
  using Callback = std::function<void(absl::StatusOr<Reply>)>;
  /// Called with OK when the link is up, and with the reason when it went down or could not be
  /// built.
  using LinkCallback = std::function<void(const absl::Status&)>;

  /// Requires: `io` outlives this object's last callback; run by one thread.
  Connection(boost::asio::io_context& io, ConnectionOptions options);
  /// As Stop().
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Starts to connect and stays at it until Stop().
  void Start(LinkCallback on_link);

  /// Takes the link down for good. Commands under way fail with CANCELLED, before this returns.
  void Stop();

  /// True while commands can be sent.
  bool up() const;

  /// Sends a command; `callback` comes later, never from inside this call.
  /// Fails with UNAVAILABLE (no link, or it broke), DEADLINE_EXCEEDED (no answer in time),
  /// RESOURCE_EXHAUSTED (too many under way), or what ErrorToStatus() says.
  /// `timeout` replaces the usual one where it is longer.
  void Command(const std::vector<std::string>& args, Callback callback,
               absl::Duration timeout = absl::ZeroDuration());

  /// FCALL name numkeys keys… args…
  void Fcall(std::string_view name, const std::vector<std::string>& keys,
             const std::vector<std::string>& args, Callback callback,
             absl::Duration timeout = absl::ZeroDuration());

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace hotline::redis
