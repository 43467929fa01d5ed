#include "services/runtime/server_call.h"

#include <utility>

#include <grpcpp/completion_queue.h>

namespace hotline {

void ServerCall::Await(Server& server) {
  std::shared_ptr<ServerCall> call(new ServerCall(server));
  call->self_ = call;
  ++server.calls;
  Rpc& rpc = *call->rpc_;
  rpc.context.AsyncNotifyWhenDone(call->all_done_.tag());
  server.door.RequestCall(&rpc.context, &rpc.stream, server.strand.queue(), server.strand.queue(),
                          call->accepted_.tag());
}

void ServerCall::OnAccepted(bool ok) {
  if (!ok) return Leave();  // the server shuts down; of a call that never was OnDone says nothing
  Await(server_);
  server_.on_call(*this);
}

void ServerCall::Open(std::shared_ptr<Peer> peer, size_t backlog, bool owed) {
  const std::lock_guard lock(mutex_);
  peer_ = std::move(peer);
  backlog_ = backlog;
  owed_ = owed;
}

void ServerCall::Read() {
  const std::lock_guard lock(mutex_);
  if (ending_ || done_) return;
  ++under_way_;
  rpc_->stream.Read(&incoming_, read_.tag());
}

void ServerCall::OnRead(bool ok) {
  if (!ending()) {
    if (ok) {
      peer_->OnBytes(std::move(incoming_));
    } else {
      peer_->OnReadEnd();
    }
  }
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
  }
  LeaveIfOver();
}

bool ServerCall::ending() {
  const std::lock_guard lock(mutex_);
  return ending_.has_value();
}

bool ServerCall::Send(grpc::ByteBuffer bytes) {
  const std::lock_guard lock(mutex_);
  if (ending_ || done_) return false;
  if (unsent_.size() >= backlog_) {
    ending_ = {grpc::StatusCode::RESOURCE_EXHAUSTED, "the reader fell too far behind"};
    unsent_.erase(unsent_.begin() + 1, unsent_.end());
    return false;
  }
  unsent_.push_back(std::move(bytes));
  if (!writing_) WriteNext();
  return true;
}

void ServerCall::WriteNext() {
  writing_ = true;
  ++under_way_;
  // While more follow, gRPC may gather them: one system call for many messages.
  grpc::WriteOptions options;
  if (unsent_.size() > 1) options.set_buffer_hint();
  rpc_->stream.Write(unsent_.front(), options, written_.tag());
}

void ServerCall::OnWritten(bool ok) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    --under_way_;
    unsent_.pop_front();
    if (!ok) unsent_.clear();  // nothing gets through any more
    if (!unsent_.empty() && !done_) {
      WriteNext();
    } else if (ending_) {
      FinishNow();
    }
  }
  LeaveIfOver();
}

void ServerCall::Finish(const grpc::Status& status, std::optional<grpc::ByteBuffer> last) {
  const auto self = shared_from_this();  // the strand may let go as soon as it is said
  {
    const std::lock_guard lock(mutex_);
    owed_ = false;
    if (!ending_) {
      ending_ = status;
      last_ = std::move(last);
      if (!writing_) FinishNow();
    }
  }
  LeaveIfOver();
}

void ServerCall::FinishNow() {
  if (done_ || std::exchange(finished_, true)) return;
  ++under_way_;
  if (last_) {
    rpc_->stream.WriteAndFinish(*last_, {}, *ending_, finish_.tag());
  } else {
    rpc_->stream.Finish(*ending_, finish_.tag());
  }
}

void ServerCall::OnFinished(bool) {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
  }
  LeaveIfOver();
}

void ServerCall::OnDone(bool) {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  LeaveIfOver();
}

void ServerCall::LeaveIfOver() {
  const std::lock_guard lock(mutex_);
  if (!done_ || owed_ || under_way_ > 0 || std::exchange(leaving_, true)) return;
  server_.strand.Post([this] { Leave(); });  // not now: the peer may be who calls
}

void ServerCall::Leave() {
  const auto self = std::move(self_);  // may delete this, after the last line
  if (const auto peer = std::move(peer_)) peer->OnGone();
  {
    const std::lock_guard lock(mutex_);
    rpc_.reset();
  }
  if (--server_.calls == 0) server_.on_empty();
}

}  // namespace hotline
