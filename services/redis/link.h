// One life of a socket to Redis: hiredis' callbacks tied to Asio's waits. Internal to Connection.
//
// Runs on the io_context's one thread.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "services/redis/reply.h"

namespace hotline::redis {

/// hiredis owns the descriptor and, on errors, frees its own context; armed
/// waits keep the Link alive until Asio has cancelled them.
struct Link : std::enable_shared_from_this<Link> {
  struct Pending {
    std::function<void(absl::StatusOr<Reply>)> callback;
    absl::Duration timeout;
  };

  explicit Link(boost::asio::io_context& io);
  ~Link();

  boost::asio::posix::stream_descriptor socket;
  boost::asio::steady_timer timer;  ///< the connect time-out, then the oldest command's
  redisAsyncContext* context = nullptr;
  bool connected = false;
  bool closing = false;  ///< hiredis frees the context as soon as it may
  bool want_read = false, want_write = false, read_armed = false;
  bool write_armed = false;                            ///< Write() or a wait for room comes
  std::deque<Pending> pending;                         ///< in the order of the commands
  std::chrono::steady_clock::time_point oldest_since;  ///< when the front of `pending` got there
  bool timer_armed = false;
  std::chrono::steady_clock::time_point armed_for;  ///< while timer_armed
  bool got_reply = false;
  absl::Status why;                                        ///< set by who closes first
  std::function<void(const absl::Status&)> on_up_or_down;  ///< OK once, then not OK once

  /// Takes over a context that has just begun to connect.
  void Attach(redisAsyncContext* ac);
  void ArmRead();
  /// Has what hiredis wants to write written: what one turn of the loop asks for, in one piece.
  void ArmWrite();
  /// Writes, and waits for room if not everything went.
  void Write();
  /// Waits until the socket takes something: the connection is there, or there is room again.
  void AwaitWritable();
  /// Asks the reactor no more for room to write.
  void ForgetWritable();
  void ArmTimer();
  /// Returns when the oldest command has waited too long. Requires: one is pending.
  std::chrono::steady_clock::time_point due() const;
  /// Takes the link down because of `status`; on_up_or_down comes later.
  void Close(absl::Status status);
  /// Answers the oldest command; null while hiredis is freeing.
  void OnReply(const redisReply* reply);
};

}  // namespace hotline::redis
