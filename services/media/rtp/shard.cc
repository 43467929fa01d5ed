#include "services/media/rtp/shard.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace hotline::media {

namespace {

absl::Status SystemError(const char* what) {
  return absl::InternalError(absl::StrCat(what, ": ", strerror(errno)));
}

// NTP counts from 1900, 70 years of which 17 were leap years before 1970 (RFC 5905 §6).
uint64_t NtpNow() {
  constexpr uint64_t kSecondsTo1970 = 2'208'988'800;
  const timespec now = absl::ToTimespec(absl::Now());
  const auto fraction = (static_cast<uint64_t>(now.tv_nsec) << 32) / 1'000'000'000;
  return (static_cast<uint64_t>(now.tv_sec) + kSecondsTo1970) << 32 | fraction;
}

// A tick has 20 ms, whatever else the host computes. Where the kernel does not allow real-time
// priority (it takes CAP_SYS_NICE), the thread goes on as any other. The lowest priority is enough,
// and the kernel keeps 5 % of the time for all others.
void PreferThisThread() {
  sched_param lowest{};
  lowest.sched_priority = sched_get_priority_min(SCHED_RR);
  pthread_setschedparam(pthread_self(), SCHED_RR, &lowest);
}

uint64_t ReadCounter(int fd) {
  uint64_t value = 0;
  return read(fd, &value, sizeof value) == sizeof value ? value : 0;
}

}  // namespace

Shard::Shard(EventQueue& events) : event_queue_(events) {
  posted_.reserve(kMaxCommands);
  commands_.reserve(kMaxCommands);
}

Shard::~Shard() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Wake();
  thread_.join();
}

absl::Status Shard::Start(absl::Duration offset) {
  epoll_ = UniqueFd(epoll_create1(EPOLL_CLOEXEC));
  timer_ = UniqueFd(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  wake_ = UniqueFd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!epoll_ || !timer_ || !wake_) return SystemError("epoll, timerfd or eventfd");
  const itimerspec period{absl::ToTimespec(kFrameTime), absl::ToTimespec(kFrameTime + offset)};
  if (timerfd_settime(timer_.get(), 0, &period, nullptr) != 0) return SystemError("timerfd");
  for (const int fd : {timer_.get(), wake_.get()}) {
    epoll_event interest{.events = EPOLLIN, .data = {.fd = fd}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest) != 0) return SystemError("epoll");
  }
  thread_ = std::thread(&Shard::Run, this);
  return absl::OkStatus();
}

absl::Status Shard::Post(Command command) {
  std::lock_guard lock(mutex_);
  if (posted_.size() >= kMaxCommands) {
    return absl::ResourceExhaustedError("the media node has too many commands waiting");
  }
  Append(std::move(command));
  return absl::OkStatus();
}

void Shard::PostRemoval(Leg* leg) {
  std::lock_guard lock(mutex_);
  Append(RemoveLegCommand{leg});
}

// Requires: mutex_ is held.
void Shard::Append(Command command) {
  posted_.push_back(std::move(command));
  // Nothing is heard before the next tick, which comes by itself and takes all; waking the thread
  // for each command costs more than the command. Only a crowd of them (the legs of a node that
  // came back) must not fill the queue.
  if (posted_.size() == kWakeAt) Wake();
}

void Shard::Wake() {
  const uint64_t one = 1;
  // It can only fail when the counter is full: then the thread is awake anyway.
  [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
}

void Shard::Run() {
  PreferThisThread();
  for (;;) {
    std::array<epoll_event, 2> ready;
    const int n = epoll_wait(epoll_.get(), ready.data(), ready.size(), -1);
    if (n < 0 && errno != EINTR) return;
    ReadCounter(wake_.get());
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
      commands_.swap(posted_);
    }
    RunCommands();
    if (const uint64_t due = ReadCounter(timer_.get())) RunTicks(due);
  }
}

void Shard::RunCommands() {
  for (Command& command : commands_) {
    std::visit([this](auto& c) { Apply(c); }, command);
  }
  commands_.clear();
}

void Shard::Apply(AddLegCommand& command) {
  command.leg->index = legs_.size();
  legs_.push_back(std::move(command.leg));
  stats_.legs = legs_.size();
}

void Shard::Apply(SetPeerCommand& command) {
  command.leg->SetPeer(command.peer, now_);
}

void Shard::Apply(PlayCommand& command) {
  command.leg->Play(std::move(command.prompt), command.loop, command.interrupt, events_);
}

void Shard::Apply(StopPlayCommand& command) {
  command.leg->StopPlay();
}

void Shard::Apply(SetRouteCommand& command) {
  command.to->Hear(command.from, command.gain);
}

void Shard::Apply(RemoveLegCommand& command) {
  for (auto& leg : legs_) leg->Hear(command.leg, 0);
  const size_t index = command.leg->index;
  std::swap(legs_[index], legs_.back());
  legs_[index]->index = index;
  event_queue_.Retire(std::move(legs_.back()));
  legs_.pop_back();
  stats_.legs = legs_.size();
}

void Shard::RunTicks(uint64_t due) {
  stats_.overruns += due - 1;
  if (due > kMaxCatchUp) {
    now_ += static_cast<FrameCount>(due - kMaxCatchUp);
    due = kMaxCatchUp;
  }
  for (; due > 0; --due) {
    const auto start = std::chrono::steady_clock::now();
    Tick();
    CountTick(std::chrono::steady_clock::now() - start);
    ++now_;
  }
  untold_events_ += event_queue_.Tell(events_.events());
  stats_.dropped_events = events_.dropped() + untold_events_;
  shared_stats_.Publish(stats_);
}

void Shard::CountTick(std::chrono::nanoseconds took) {
  const int64_t us = took.count() / 1000;
  const auto bucket = std::lower_bound(kTickBuckets.begin(), kTickBuckets.end(), us);
  ++stats_.tick_histogram[static_cast<size_t>(bucket - kTickBuckets.begin())];
  ++stats_.ticks;
  stats_.tick_us += static_cast<uint64_t>(us);
}

void Shard::Tick() {
  for (auto& leg : legs_) {
    ReadPackets(*leg);
    leg->Decode(now_, stats_.packets, events_);
  }
  for (auto& leg : legs_) SendPacket(*leg);
  for (auto& leg : legs_) {
    // Spread over the interval by the leg's number (RFC 3550 §6.3 wants reports not to coincide).
    if ((now_ + static_cast<FrameCount>(leg->id())) % kRtcpInterval == 0) SendReport(*leg);
  }
}

void Shard::ReadPackets(Leg& leg) {
  for (size_t total = 0; total < kMaxPacketsPerTick;) {
    const size_t n = batch_.Read(leg.ports().rtp());
    for (size_t i = 0; i < n; ++i) {
      leg.Receive(batch_.source(i), batch_.bytes(i), now_, stats_.packets, events_);
    }
    if (n < DatagramBatch::kMaxDatagrams) return;
    total += n;
  }
}

void Shard::SendPacket(Leg& leg) {
  Leg::Packet packet;
  if (const auto to = leg.MakePacket(now_, mixer_, packet, events_)) {
    SendTo(leg.ports().rtp(), *to, packet);
    ++stats_.packets.sent;
  }
}

void Shard::SendReport(Leg& leg) {
  // What the peer reports is not used, but must not fill the kernel's buffers.
  for (size_t total = 0; total < kMaxPacketsPerTick; total += DatagramBatch::kMaxDatagrams) {
    if (batch_.Read(leg.ports().rtcp()) < DatagramBatch::kMaxDatagrams) break;
  }
  std::array<uint8_t, kMaxRtcpBytes> report;
  UdpAddress to;
  const size_t size = leg.MakeReport(now_, NtpNow(), report, to);
  if (size > 0) SendTo(leg.ports().rtcp(), to, std::span(report).first(size));
}

// A full socket buffer or an unreachable network loses this packet; the next one tries again.
void Shard::SendTo(int fd, UdpAddress to, std::span<const uint8_t> bytes) {
  if (!SendDatagram(fd, to, bytes)) ++stats_.send_errors;
}

}  // namespace hotline::media
