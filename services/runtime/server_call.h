// One RPC at a server whose calls come to a QueueStrand: reads, writes and the end, as bytes.
// queue_service.h gives it types.
//
// Thread-safe. Header with gRPC in it: include it in the .cc of a service.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include "services/runtime/queue_strand.h"

namespace hotline {

class ServerCall : public std::enable_shared_from_this<ServerCall> {
 public:
  /// The method's side. Its functions run on the strand, OnGone last and once.
  class Peer {
   public:
    virtual ~Peer() = default;
    /// The message that Read() asked for.
    virtual void OnBytes(grpc::ByteBuffer bytes) = 0;
    /// Instead of it: the client says no more, or is gone.
    virtual void OnReadEnd() = 0;
    /// The RPC is over; what is sent now goes nowhere.
    virtual void OnGone() = 0;
  };

  /// What the RPC is about to a server: who gives it a Peer, and who hears that it is over.
  struct Server {
    QueueStrand& strand;
    grpc::AsyncGenericService door;
    /// Answers a call that has come in with Open(), or Finish()es it.
    std::function<void(ServerCall&)> on_call;
    /// The last RPC under way has ended, and no more will come.
    std::function<void()> on_empty;
    size_t calls = 0;  ///< the strand's: those under way, and the one that is waited for
  };

  /// Waits for the next RPC, and so on until the server shuts down.
  static void Await(Server& server);

  /// "/hotline.router.v1.SeatService/SignIn"
  const std::string& method() const { return rpc_->context.method(); }

  /// Who calls; until OnGone, or until Finish for a peer that is `owed` an answer.
  grpc::ServerContext& context() { return rpc_->context; }

  /// From now on `peer` has the call. At most `backlog` messages wait to be written; a client
  /// that is further behind is cut off. If `owed`, the call lasts until Finish in any case.
  void Open(std::shared_ptr<Peer> peer, size_t backlog, bool owed);

  /// Asks for one message; none comes after Finish. Requires: the one before has come.
  void Read();

  /// Queues a message. Returns false if the client takes no more.
  bool Send(grpc::ByteBuffer bytes);

  /// Ends the RPC after what is queued and `last`; only the first time counts.
  void Finish(const grpc::Status& status, std::optional<grpc::ByteBuffer> last = {});

 private:
  /// An operation's way back.
  struct Step final : Completion {
    using Next = void (ServerCall::*)(bool ok);

    Step(ServerCall* of, Next what) : call(of), next(what) {}

    void OnComplete(bool ok) override { (call->*next)(ok); }

    ServerCall* const call;
    const Next next;
  };

  /// gRPC's own; as long as it is there, the server's shutdown waits.
  struct Rpc {
    grpc::GenericServerContext context;
    grpc::GenericServerAsyncReaderWriter stream{&context};
  };

  explicit ServerCall(Server& server) : server_(server) {}

  bool ending();
  void OnAccepted(bool ok);
  void OnRead(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void OnDone(bool ok);

  // Both require mutex_.
  void WriteNext();
  void FinishNow();
  /// When nothing is under way any more: says so, and lets go.
  void LeaveIfOver();
  void Leave();

  Server& server_;
  std::shared_ptr<ServerCall> self_;  ///< until Leave()
  std::shared_ptr<Peer> peer_;        ///< the strand's

  std::mutex mutex_;
  std::unique_ptr<Rpc> rpc_ = std::make_unique<Rpc>();
  grpc::ByteBuffer incoming_;
  std::deque<grpc::ByteBuffer> unsent_;  ///< the first is being written while writing_
  std::optional<grpc::Status> ending_;   ///< how it ends when unsent_ is empty
  std::optional<grpc::ByteBuffer> last_;
  size_t backlog_ = 1;
  int under_way_ = 0;  ///< operations that have not come back, without OnDone
  bool writing_ = false, finished_ = false, owed_ = false, done_ = false, leaving_ = false;
  Step accepted_{this, &ServerCall::OnAccepted}, read_{this, &ServerCall::OnRead},
      written_{this, &ServerCall::OnWritten}, finish_{this, &ServerCall::OnFinished},
      all_done_{this, &ServerCall::OnDone};
};

}  // namespace hotline
