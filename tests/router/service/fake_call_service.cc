#include "tests/router/service/fake_call_service.h"

#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include <grpcpp/grpcpp.h>

#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"

#include "hotline/router/v1/attach_service.grpc.pb.h"

namespace hotline::router {
namespace {

constexpr auto kReconnectPause = std::chrono::milliseconds(20);

}  // namespace

/// One stream to one router, built anew whenever it breaks.
class FakeCallService::Link {
 public:
  Link(FakeCallService& owner, size_t index, const Endpoint& router)
      : owner_(owner),
        index_(index),
        stub_(v1::AttachService::NewStub(
            MakeChannel(router, {.min_reconnect_wait = absl::Milliseconds(20),
                                 .max_reconnect_wait = absl::Milliseconds(100)}))),
        thread_([this] { Run(); }) {}

  ~Link() {
    {
      const std::lock_guard lock(owner_.mutex_);
      stop_ = true;
      if (context_) context_->TryCancel();
    }
    owner_.changed_.notify_all();
    thread_.join();
  }

  /// Requires: the owner's mutex.
  void Write(const v1::AttachRequest& message) {
    if (stream_) stream_->Write(message);
  }

 private:
  void Run() {
    for (;;) {
      v1::AttachRequest hello;
      hello.mutable_hello()->set_area(owner_.area_);
      hello.mutable_hello()->set_node(owner_.node_);
      hello.mutable_hello()->set_instance(owner_.instance_);
      auto context = MakeStreamContext();
      std::unique_ptr<grpc::ClientReaderWriter<v1::AttachRequest, v1::AttachResponse>> stream;
      {
        const std::lock_guard lock(owner_.mutex_);
        if (stop_) return;
        context_ = context.get();
      }
      stream = stub_->Attach(context.get());
      {
        const std::lock_guard lock(owner_.mutex_);
        stream_ = stream.get();
        Write(hello);
      }
      v1::AttachResponse message;
      while (stream->Read(&message)) {
        for (const auto& part : message.batch().responses()) owner_.OnMessage(index_, part);
        if (!message.has_batch()) owner_.OnMessage(index_, message);
      }
      std::unique_lock lock(owner_.mutex_);
      stream_ = nullptr;
      owner_.OnDown(index_);
      lock.unlock();
      stream->Finish();
      lock.lock();
      context_ = nullptr;
      if (owner_.changed_.wait_for(lock, kReconnectPause, [this] { return stop_; })) return;
    }
  }

  FakeCallService& owner_;
  const size_t index_;
  const std::unique_ptr<v1::AttachService::Stub> stub_;
  grpc::ClientContext* context_ = nullptr;
  grpc::ClientReaderWriter<v1::AttachRequest, v1::AttachResponse>* stream_ = nullptr;
  bool stop_ = false;
  std::thread thread_;
};

FakeCallService::FakeCallService(std::vector<Endpoint> routers, std::string area, std::string node,
                                 uint64_t instance)
    : area_(std::move(area)), node_(std::move(node)), instance_(instance) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < routers.size(); ++i)
    links_.push_back(std::make_unique<Link>(*this, i, routers[i]));
}

FakeCallService::~FakeCallService() {
  for (auto& link : links_) link.reset();
}

template <class F>
bool FakeCallService::Wait(F holds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, holds);
}

void FakeCallService::OnMessage(size_t link, const v1::AttachResponse& message) {
  const std::lock_guard lock(mutex_);
  if (message.epoch() < epoch_) {
    if (!message.has_status()) ++refused_;
    return;
  }
  if (message.has_status()) {
    const bool active = message.status().role() == v1::RouterStatus::ROLE_ACTIVE;
    if (active) {
      epoch_ = message.epoch();
      active_ = static_cast<int>(link);
      Announce(*links_[link]);
    } else if (active_ == static_cast<int>(link)) {
      active_ = -1;
    }
  } else if (message.has_ack()) {
    acked_seq_ = std::max(acked_seq_, message.ack().seq());
    served_ = active_ == static_cast<int>(link);
    for (const auto& id : message.ack().ended_call_ids()) unacked_.erase(id);
  } else if (message.has_offer()) {
    Call& call = calls_[message.offer().call_id()];
    call.state = v1::Call::STATE_OFFERED;
    call.offer = message.offer();
    call.offers.push_back(message.offer());
    last_offer_ = std::chrono::steady_clock::now();
  } else if (message.has_withdrawal()) {
    Call& call = calls_[message.withdrawal().call_id()];
    if (call.offer && call.offer->offer_id() == message.withdrawal().offer_id()) {
      call.offer.reset();
      call.state = v1::Call::STATE_QUEUED;
    }
  } else if (message.has_release()) {
    calls_[message.release().call_id()].release = message.release();
  }
  changed_.notify_all();
}

void FakeCallService::OnDown(size_t link) {
  if (active_ == static_cast<int>(link)) active_ = -1;
}

void FakeCallService::Announce(Link& link) {
  v1::AttachRequest message;
  auto* all = message.mutable_announcement();
  for (const auto& [id, call] : calls_) {
    if (call.ended) continue;
    auto* live = all->add_calls();
    *live->mutable_request() = call.request;
    live->set_state(call.state);
    if (call.offer) {
      *live->mutable_target() = call.offer->target();
      live->set_offer_id(call.offer->offer_id());
    }
    if (call.answer_time) *live->mutable_answer_time() = *call.answer_time;
  }
  for (const auto& [id, record] : unacked_) *all->add_ended() = record;
  served_ = false;
  all->set_last_seq(next_seq_ - 1);
  all->set_complete(true);
  link.Write(message);
}

void FakeCallService::Send(v1::CallEvent event) {
  v1::AttachRequest message;
  event.set_seq(next_seq_++);
  *message.mutable_event() = std::move(event);
  if (active_ >= 0) links_[active_]->Write(message);
}

std::string FakeCallService::Queue(const std::string& queue) {
  const std::lock_guard lock(mutex_);
  v1::CallEvent event = NewCall(queue);
  const std::string id = event.queued().request().call_id();
  Send(std::move(event));
  return id;
}

std::vector<std::string> FakeCallService::QueueTogether(const std::string& queue, int count) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  v1::AttachRequest message;
  for (int i = 0; i < count; ++i) {
    v1::CallEvent& event = *message.mutable_events()->add_events();
    event = NewCall(queue);
    event.set_seq(next_seq_++);
    ids.push_back(event.queued().request().call_id());
  }
  if (active_ >= 0) links_[active_]->Write(message);
  return ids;
}

v1::CallEvent FakeCallService::NewCall(const std::string& queue) {
  const std::string id = FormatCallId(MakeCallId(absl::ToUnixMillis(absl::Now()), 1, next_call_++));
  Call& call = calls_[id];
  call.request.set_call_id(id);
  call.request.set_queue(queue);
  call.request.set_entry("direct");
  *call.request.mutable_arrive_time() = ToProto(absl::Now());
  *call.request.mutable_request_time() = ToProto(absl::Now());
  v1::CallEvent event;
  *event.mutable_queued()->mutable_request() = call.request;
  return event;
}

std::optional<v1::Offer> FakeCallService::WaitForOffer(const std::string& id) {
  const bool came =
      Wait([&] { return calls_[id].offer && calls_[id].state == v1::Call::STATE_OFFERED; });
  const std::lock_guard lock(mutex_);
  return came ? calls_[id].offer : std::nullopt;
}

void FakeCallService::Answer(const std::string& id, uint64_t offer) {
  const std::lock_guard lock(mutex_);
  calls_[id].state = v1::Call::STATE_CONNECTED;
  calls_[id].answer_time = ToProto(absl::Now());
  v1::CallEvent event;
  event.mutable_answered()->set_call_id(id);
  event.mutable_answered()->set_offer_id(offer);
  Send(std::move(event));
}

void FakeCallService::Decline(const std::string& id, uint64_t offer) {
  const std::lock_guard lock(mutex_);
  calls_[id].state = v1::Call::STATE_QUEUED;
  calls_[id].offer.reset();
  v1::CallEvent event;
  event.mutable_offer_failed()->set_call_id(id);
  event.mutable_offer_failed()->set_offer_id(offer);
  event.mutable_offer_failed()->set_reason(v1::LEG_END_DECLINED);
  Send(std::move(event));
}

void FakeCallService::HangUp(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Call& call = calls_[id];
  call.ended = true;
  v1::CallRecord record;
  *record.mutable_request() = call.request;
  if (call.answer_time) {
    *record.mutable_answer_time() = *call.answer_time;
    *record.mutable_answered_by() = call.offer->target();
  }
  record.set_ringing(call.state == v1::Call::STATE_OFFERED);
  *record.mutable_end_time() = ToProto(absl::Now());
  record.set_cause(v1::END_CAUSE_CALLER_HUNG_UP);
  record.add_legs()->set_end(v1::LEG_END_COMPLETED);
  unacked_[id] = record;
  v1::CallEvent event;
  *event.mutable_ended()->mutable_record() = record;
  Send(std::move(event));
}

bool FakeCallService::WaitUntilFollowing(int index) {
  return Wait([this, index] { return active_ == index; });
}

bool FakeCallService::WaitUntilServed() {
  return Wait([&] { return active_ >= 0 && served_ && acked_seq_ == next_seq_ - 1; });
}

bool FakeCallService::WaitUntilAcked() {
  return Wait([&] { return acked_seq_ == next_seq_ - 1; });
}

std::optional<v1::Release> FakeCallService::WaitForRelease(const std::string& id) {
  Wait([&] { return calls_[id].release.has_value(); });
  const std::lock_guard lock(mutex_);
  return calls_[id].release;
}

uint64_t FakeCallService::epoch() const {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

int FakeCallService::active() const {
  const std::lock_guard lock(mutex_);
  return active_;
}

uint64_t FakeCallService::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

std::vector<v1::Offer> FakeCallService::offers(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto it = calls_.find(id);
  return it == calls_.end() ? std::vector<v1::Offer>{} : it->second.offers;
}

std::chrono::steady_clock::time_point FakeCallService::last_offer() const {
  const std::lock_guard lock(mutex_);
  return last_offer_;
}

}  // namespace hotline::router
