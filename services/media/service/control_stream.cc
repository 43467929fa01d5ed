#include "services/media/service/control_stream.h"

#include <utility>

#include "absl/time/clock.h"

namespace hotline::media {

ControlStream* ControlStream::Open(Controller& controller, std::function<void()> forgotten) {
  std::shared_ptr<ControlStream> stream(new ControlStream(controller, std::move(forgotten)));
  stream->self_ = stream;
  stream->StartRead(&stream->request_);
  return stream.get();
}

void ControlStream::OnReadDone(bool ok) {
  if (ok) {
    if (!closing()) controller_.Handle(self_, request_);
    StartRead(&request_);
    return;
  }
  // Half-closed by the client, cancelled, or broken.
  controller_.Forget(this, absl::Now());
  std::lock_guard lock(mutex_);
  CloseLocked(grpc::Status::OK);
}

bool ControlStream::closing() {
  std::lock_guard lock(mutex_);
  return closing_.has_value();
}

void ControlStream::Send(v1::ControlResponse response) {
  std::lock_guard lock(mutex_);
  if (closing_) return;
  if (waiting_.size() >= kMaxWaiting) {
    CloseLocked({grpc::StatusCode::RESOURCE_EXHAUSTED, "the client does not read its events"});
    return;
  }
  waiting_.push_back(std::move(response));
  if (waiting_.size() == 1) WriteNextLocked();
}

void ControlStream::Close(absl::Status status) {
  std::lock_guard lock(mutex_);
  CloseLocked({static_cast<grpc::StatusCode>(status.code()), std::string(status.message())});
}

void ControlStream::CloseLocked(grpc::Status status) {
  if (closing_) return;
  closing_ = std::move(status);
  // What is queued goes out first, unless it is what the client does not read.
  if (closing_->error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED && waiting_.size() > 1) {
    waiting_.erase(waiting_.begin() + 1, waiting_.end());
  }
  // While something waits, its first is being written: OnWriteDone goes on, and a second write now
  // would be one too many.
  if (waiting_.empty()) WriteNextLocked();
}

// Writes the front response or, when there is none and the stream is closing, finishes.
void ControlStream::WriteNextLocked() {
  if (finished_) return;
  if (!waiting_.empty()) {
    StartWrite(&waiting_.front());
  } else if (closing_) {
    finished_ = true;
    Finish(*closing_);
  }
}

void ControlStream::OnWriteDone(bool ok) {
  std::lock_guard lock(mutex_);
  waiting_.pop_front();
  if (!ok) {
    waiting_.clear();
    if (!closing_) closing_ = grpc::Status(grpc::StatusCode::UNAVAILABLE, "the stream broke");
  }
  WriteNextLocked();
}

void ControlStream::OnCancel() {
  std::lock_guard lock(mutex_);
  CloseLocked(grpc::Status::CANCELLED);
}

void ControlStream::OnDone() {
  controller_.Forget(this, absl::Now());
  forgotten_();
  const auto last = std::move(self_);  // may delete this, after the last line
}

}  // namespace hotline::media
