#include "deploy/demo/robot/ear.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline::robot {
namespace {

// Longer than a window plus jitter: after this the line is silent, not late.
constexpr std::chrono::milliseconds kSilence{160};

}  // namespace

Ear::Ear(std::vector<int> frequencies, Listener listener)
    : listener_(std::move(listener)), meter_(std::move(frequencies)) {
  last_heard_.assign(meter_.frequencies().size(), Now());
  longest_gap_.assign(meter_.frequencies().size(), {});
}

void Ear::Feed(std::span<const uint8_t> payload, Codec codec, Instant now) {
  const std::lock_guard lock(mutex_);
  last_packet_ = now;
  ++packets_;
  if (const auto window = meter_.Add(payload, codec)) Heard(*window, now);
}

void Ear::Tick(Instant now) {
  const std::lock_guard lock(mutex_);
  if ((heard_ != 0 || last_window_ != 0) && now - last_packet_ > kSilence) {
    Heard(0, now);
    Heard(0, now);
  }
}

void Ear::Heard(ToneSet window, Instant now) {
  for (size_t i = 0; i < last_heard_.size(); ++i) {
    if ((window >> i & 1) == 0) continue;
    longest_gap_[i] = std::max(longest_gap_[i], now - last_heard_[i]);
    last_heard_[i] = now;
  }
  const ToneSet stable = (window & last_window_) | (heard_ & (window | last_window_));
  last_window_ = window;
  if (stable == heard_) return;
  heard_ = stable;
  changed_.notify_all();
  if (listener_) listener_(stable);
}

bool Ear::Hears(int hz) const {
  const std::lock_guard lock(mutex_);
  return (heard_ & meter_.BitOf(hz)) != 0;
}

std::string Ear::Describe() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (size_t i = 0; i < meter_.frequencies().size(); ++i) {
    if ((heard_ >> i & 1) == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : "+", meter_.frequencies()[i]);
  }
  return text.empty() ? "-" : text;
}

bool Ear::Wait(int hz, bool sounds, absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  const ToneSet bit = meter_.BitOf(hz);
  return changed_.wait_until(lock, Now() + ToChrono(timeout),
                             [&] { return ((heard_ & bit) != 0) == sounds; });
}

bool Ear::WaitExactly(std::vector<int> hz, absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  ToneSet wanted = 0;
  for (const int tone : hz) wanted |= meter_.BitOf(tone);
  return changed_.wait_until(lock, Now() + ToChrono(timeout), [&] { return heard_ == wanted; });
}

void Ear::StartGapCheck() {
  const std::lock_guard lock(mutex_);
  std::fill(last_heard_.begin(), last_heard_.end(), Now());
  std::fill(longest_gap_.begin(), longest_gap_.end(), Instant::duration{});
}

absl::Duration Ear::LongestGap(int hz) const {
  const std::lock_guard lock(mutex_);
  const Instant now = Now();
  for (size_t i = 0; i < longest_gap_.size(); ++i) {
    if (meter_.frequencies()[i] != hz) continue;
    return Between(Instant{}, Instant{} + std::max(longest_gap_[i], now - last_heard_[i]));
  }
  return absl::InfiniteDuration();
}

uint64_t Ear::packets() const {
  const std::lock_guard lock(mutex_);
  return packets_;
}

}  // namespace hotline::robot
